using System.Runtime.InteropServices;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The model with its tokenizer and front end: audio and text to vectors with an L2 norm of 1. Belongs to one thread.</summary>
internal sealed class ClapEmbedder : IDisposable
{
    // What laion_clap pads and cuts captions to.
    private const int MaxTokens = 77;

    private readonly ClapModel _model;
    private readonly ClapFeatureExtractor _features;
    private readonly ClapFrontEnd _frontEnd;
    private readonly RobertaTokenizer _tokenizer;
    private readonly Device _device;
    private readonly int _batchSize;

    private ClapEmbedder(ClapModel model, ClapFeatureExtractor features, RobertaTokenizer tokenizer, Device device, ClapRewardOptions options)
    {
        (_model, _features, _tokenizer, _device, _batchSize) = (model, features, tokenizer, device, options.BatchSize);
        _frontEnd = new ClapFrontEnd(features, options);
    }

    /// <summary>Loads a laion_clap checkpoint and what belongs to it.</summary>
    public static ClapEmbedder Load(string path, ClapRewardOptions options, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        var device = ComputeDevice.Parse(options.Device);
        var files = new ClapFiles(path, options);
        using var checkpoint = LaionClapCheckpoint.Open(path);
        var tokenizerFolder = files.FindTokenizer();
        var tokenizer = RobertaTokenizer.FromFolder(tokenizerFolder, MaxTokens);
        var config = checkpoint.ReadConfig(files.FindTextHeads(tokenizerFolder));
        var featureConfig = files.ReadFeatureConfig(config.AudioConfig.NumMelBins);
        cancellationToken.ThrowIfCancellationRequested();

        var model = new ClapModel(config, new Placement(device, ScalarType.Float32));
        try
        {
            var rules = new StateDictRules { MayBeMissing = ClapModel.MayBeMissing };
            StateDictLoader.Load(model, checkpoint.Tensors, rules, bytes, cancellationToken);
            model.eval();
            return new ClapEmbedder(model, new ClapFeatureExtractor(featureConfig, device), tokenizer, device, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A vector for each text.</summary>
    public List<float[]> EmbedTexts(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]>(texts.Count);
        foreach (var batch in texts.Chunk(_batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var tokens = _tokenizer.Encode(batch);
            vectors.AddRange(Rows(_model.GetTextFeatures(tokens.Ids.ToTensor(_device), tokens.Mask.ToTensor(_device))));
        }

        return vectors;
    }

    /// <summary>A vector for each clip; the mean of its windows' where it has several.</summary>
    public float[][] EmbedClips(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken)
    {
        var sums = new float[clips.Count][];
        var counts = new int[clips.Count];
        foreach (var batch in Windows(clips).Chunk(_batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var vectors = Rows(_model.GetAudioFeatures(_features.Extract([.. batch.Select(window => window.Samples)])));
            foreach (var ((clip, _), vector) in batch.Zip(vectors))
            {
                sums[clip] = sums[clip] is { } sum ? [.. sum.Zip(vector, (left, right) => left + right)] : vector;
                counts[clip]++;
            }
        }

        return [.. sums.Zip(counts, (sum, count) => count == 1 ? sum : Array.ConvertAll(sum, value => value / count))];
    }

    public void Dispose()
    {
        _features.Dispose();
        _model.Dispose();
    }

    private IEnumerable<(int Clip, float[] Samples)> Windows(IReadOnlyList<AudioClip> clips)
    {
        for (var i = 0; i < clips.Count; i++)
        {
            IReadOnlyList<float[]> windows;
            try
            {
                windows = _frontEnd.Windows(clips[i]);
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException($"Clip {i} of {clips.Count} cannot be scored. {exception.Message}", nameof(clips), exception);
            }

            foreach (var window in windows)
            {
                yield return (i, window);
            }
        }
    }

    private static List<float[]> Rows(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(vectors.to(ScalarType.Float32).cpu().contiguous().bytes);
        var width = (int)vectors.shape[1];
        var rows = new List<float[]>();
        for (var start = 0; start < values.Length; start += width)
        {
            rows.Add(values.Slice(start, width).ToArray());
        }

        return rows;
    }
}
