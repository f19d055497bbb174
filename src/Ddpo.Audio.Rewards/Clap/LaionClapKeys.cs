using System.Text.RegularExpressions;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>How laion_clap names what <see cref="ClapModel"/> has.</summary>
internal static partial class LaionClapKeys
{
    private const string AudioEncoder = "audio_model.audio_encoder.";

    // Inside a Swin block. The fused query, key and value are cut apart.
    private static readonly (string Theirs, string Ours)[] s_blockNames =
    [
        ("norm1.", "layernorm_before."),
        ("norm2.", "layernorm_after."),
        ("attn.proj.", "attention.output.dense."),
        ("attn.relative_position_", "attention.self.relative_position_"),
        ("mlp.fc1.", "intermediate.dense."),
        ("mlp.fc2.", "output.dense."),
    ];

    // Which model keys a laion_clap name gives: none when no embedding depends on the tensor, several when it is fused.
    // Names that are not known stay as they are, and are found unexpected when the model is loaded.
    public static IEnumerable<TensorPart> Rename(string stored)
    {
        var name = stored.StartsWith("module.", StringComparison.Ordinal) ? stored["module.".Length..] : stored;
        if (NotUsed().IsMatch(name))
        {
            return [];
        }

        if (Block().Match(name) is { Success: true } block)
        {
            return RenameInBlock(AudioEncoder + block.Groups["block"].Value, block.Groups["rest"].Value);
        }

        return [new TensorPart(RenameOutsideBlocks(name))];
    }

    private static IEnumerable<TensorPart> RenameInBlock(string block, string name)
    {
        if (name.StartsWith("attn.qkv.", StringComparison.Ordinal))
        {
            var kind = name["attn.qkv.".Length..];
            string[] parts = ["query", "key", "value"];
            return parts.Select((part, index) => new TensorPart($"{block}attention.self.{part}.{kind}", index, parts.Length));
        }

        var (theirs, ours) = s_blockNames.FirstOrDefault(pair => name.StartsWith(pair.Theirs, StringComparison.Ordinal));
        return [new TensorPart(block + (theirs is null ? name : ours + name[theirs.Length..]))];
    }

    private static string RenameOutsideBlocks(string name)
    {
        name = Replace(name, "audio_branch.bn0.", AudioEncoder + "batch_norm.");
        name = Replace(name, "audio_branch.", AudioEncoder);
        name = Replace(name, "text_branch.", "text_model.");
        foreach (var projection in new[] { "audio_projection.", "text_projection." })
        {
            name = Replace(name, projection + "0.", projection + "linear1.");
            name = Replace(name, projection + "2.", projection + "linear2.");
        }

        return name;
    }

    private static string Replace(string name, string prefix, string with) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? with + name[prefix.Length..] : name;

    // Constants of the spectrogram, window masks, the classification head, and the transforms of another training loss.
    [GeneratedRegex(
        @"^(audio_branch\.(spectrogram_extractor|logmel_extractor|tscam_conv|head)\.|audio_branch\.layers\.\d+\.blocks\.\d+\.attn_mask$"
        + @"|(audio|text)_transform\.|text_branch\.embeddings\.position_ids$)")]
    private static partial Regex NotUsed();

    [GeneratedRegex(@"^audio_branch\.(?<block>layers\.\d+\.blocks\.\d+\.)(?<rest>.+)$")]
    private static partial Regex Block();
}
