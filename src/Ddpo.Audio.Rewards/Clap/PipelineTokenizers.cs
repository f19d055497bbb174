using System.Text.Json;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Tokenizers.Bpe;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The CLAP tokenizers of AudioLDM2 models: theirs is RoBERTa's, too, and who trains one with a CLAP reward has one.</summary>
internal static class PipelineTokenizers
{
    /// <summary>The tokenizers of models in folders of this one, of which only those with this many tokens can be the same.</summary>
    public static IEnumerable<string> Beside(string folder, int vocabulary) => Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
        .Where(IsAudioLdm2).Select(model => Path.Combine(model, "tokenizer")).Where(tokenizer => Has(tokenizer, vocabulary));

    // What is no model, or a damaged one, is nobody's business here.
    private static bool IsAudioLdm2(string folder)
    {
        try
        {
            var index = new FileInfo(Path.Combine(folder, "model_index.json"));
            return index is { Exists: true, Length: < 1 << 20 }
                && JsonSerializer.Deserialize<ModelIndex>(File.ReadAllBytes(index.FullName))?._class_name == "AudioLDM2Pipeline";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    private static bool Has(string tokenizer, int vocabulary)
    {
        try
        {
            return BpeVocabulary.Read(tokenizer).Ids.Count == vocabulary;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private sealed record ModelIndex(string? _class_name);
}
