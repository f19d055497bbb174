using System.Globalization;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>A training checkpoint of laion_clap: a <see cref="ClapModel"/> under other names, whose sizes lie in its tensors.</summary>
internal sealed class LaionClapCheckpoint : IDisposable
{
    private const string Audio = "audio_model.audio_encoder.";
    private const string Text = "text_model.";

    private readonly RenamedTensorSource _tensors;

    private LaionClapCheckpoint(RenamedTensorSource tensors) => _tensors = tensors;

    /// <summary>The tensors under the model's names.</summary>
    public ITensorSource Tensors => _tensors;

    /// <summary>How many tokens the text tower knows.</summary>
    /// <exception cref="CheckpointException">It has no table of them.</exception>
    public int VocabularySize => Size(Text + "embeddings.word_embeddings.weight", 0);

    /// <summary>Opens a checkpoint; the caller disposes it.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or holds another kind of model.</exception>
    public static LaionClapCheckpoint Open(string path) => From(CheckpointFile.Open(path));

    /// <summary>Takes over an open checkpoint.</summary>
    /// <exception cref="CheckpointException">It holds another kind of model.</exception>
    public static LaionClapCheckpoint From(ITensorSource stored)
    {
        try
        {
            if (stored.Entries.Keys.Any(key => key.StartsWith(Text, StringComparison.Ordinal)))
            {
                // Under its names it would load, with other epsilons than it was trained with.
                throw new CheckpointException(
                    $"'{stored.Location}' holds a ClapModel of transformers, not a laion_clap checkpoint. Name the folder that it is in.");
            }

            var tensors = new RenamedTensorSource(stored, LaionClapKeys.Rename);
            if (tensors.Entries.Keys.Any(key => key.Contains("mel_conv2d", StringComparison.Ordinal) || key.Contains("fusion_model", StringComparison.Ordinal)))
            {
                throw new CheckpointException(
                    $"'{stored.Location}' was trained with feature fusion (enable_fusion), which is not supported. Use an unfused checkpoint.");
            }

            var checkpoint = new LaionClapCheckpoint(tensors);
            checkpoint.Size(Audio + "patch_embed.proj.weight", 0); // now, for other models are told before files beside them are missed
            return checkpoint;
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <summary>Reads the model's sizes off the tensors.</summary>
    /// <param name="textHeads">RoBERTa's number of attention heads, which no tensor tells; null for that of roberta-base or -large.</param>
    /// <exception cref="CheckpointException">A tensor is missing, or the number of heads must be given and is not.</exception>
    public ClapConfig ReadConfig(int? textHeads = null) => new()
    {
        AudioConfig = ReadAudioConfig(),
        TextConfig = ReadTextConfig(textHeads),
        ProjectionDim = Size("audio_projection.linear1.weight", 0),
    };

    public void Dispose() => _tensors.Dispose();

    private ClapAudioConfig ReadAudioConfig()
    {
        var stages = Count(Audio + "layers.");
        var firstBlock = Audio + "layers.0.blocks.0.";
        var patchSize = Size(Audio + "patch_embed.proj.weight", 2);
        return new()
        {
            NumMelBins = Size(Audio + "batch_norm.weight", 0),
            PatchSize = patchSize,
            PatchStride = [patchSize, patchSize],
            PatchEmbedInputChannels = Size(Audio + "patch_embed.proj.weight", 1),
            PatchEmbedsHiddenSize = Size(Audio + "patch_embed.proj.weight", 0),
            Depths = [.. Enumerable.Range(0, stages).Select(stage => Count($"{Audio}layers.{stage}.blocks."))],
            NumAttentionHeads =
            [
                .. Enumerable.Range(0, stages).Select(
                    stage => Size($"{Audio}layers.{stage}.blocks.0.attention.self.relative_position_bias_table", 1)),
            ],

            // The table has (2 window - 1)² rows.
            WindowSize = ((int)Math.Sqrt(Size(firstBlock + "attention.self.relative_position_bias_table", 0)) + 1) / 2,
            MlpRatio = (double)Size(firstBlock + "intermediate.dense.weight", 0) / Size(firstBlock + "intermediate.dense.weight", 1),
        };
    }

    private ClapTextConfig ReadTextConfig(int? heads)
    {
        var hidden = Size(Text + "embeddings.word_embeddings.weight", 1);
        heads ??= hidden switch
        {
            768 => 12,
            1024 => 16,
            _ => throw new CheckpointException(
                $"The text tower of '{_tensors.Location}' has a hidden size of {hidden}, which is neither roberta-base (768) nor " +
                "roberta-large (1024), and no tensor tells its number of attention heads. Set TextHeads in the options, or put " +
                "RoBERTa's config.json, with num_attention_heads, into the tokenizer's folder."),
        };
        if (heads < 1 || hidden % heads != 0)
        {
            throw new CheckpointException($"{heads} attention heads do not divide the text tower's hidden size of {hidden}.");
        }

        return new()
        {
            VocabSize = VocabularySize,
            HiddenSize = hidden,
            NumHiddenLayers = Count(Text + "encoder.layer."),
            NumAttentionHeads = heads.Value,
            IntermediateSize = Size(Text + "encoder.layer.0.intermediate.dense.weight", 0),
            MaxPositionEmbeddings = Size(Text + "embeddings.position_embeddings.weight", 0),
            TypeVocabSize = Size(Text + "embeddings.token_type_embeddings.weight", 0),
            LayerNormEps = 1e-5, // roberta's own; the hub's ClapTextConfig has another default
        };
    }

    /// <summary>How many different numbers follow the prefix.</summary>
    private int Count(string prefix) =>
        _tensors.Entries.Keys
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => int.TryParse(key[prefix.Length..].Split('.')[0], CultureInfo.InvariantCulture, out var index) ? index : -1)
            .Where(index => index >= 0)
            .Distinct()
            .Count();

    private int Size(string key, int dimension)
    {
        if (!_tensors.Entries.TryGetValue(key, out var entry) || entry.Shape.Count <= dimension)
        {
            throw new CheckpointException(
                $"'{_tensors.Location}' is not a laion_clap checkpoint with an HTSAT audio tower and a RoBERTa text tower: " +
                $"it has nothing that becomes '{key}' with {dimension + 1} dimensions or more.");
        }

        return entry.Shape[dimension] is <= int.MaxValue and var size ? (int)size : throw new CheckpointException(
            $"'{key}' in '{_tensors.Location}' has a size of {entry.Shape[dimension]}, which no model has.");
    }
}
