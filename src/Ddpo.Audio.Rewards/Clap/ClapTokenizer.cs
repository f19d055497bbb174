using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Finds the tokenizer of CLAP's text tower.</summary>
internal static class ClapTokenizer
{
    // What CLAP models are trained with.
    private const int MaxTokens = 77;

    /// <summary>The files that a tokenizer may be in.</summary>
    public static IReadOnlyList<string> Vocabularies { get; } = ["vocab.json", "tokenizer.json"];

    /// <summary>Whether a folder has a tokenizer.</summary>
    public static bool IsIn(string folder) => Vocabularies.Any(file => File.Exists(Path.Combine(folder, file)));

    /// <summary>The tokenizer's folder: the given one, or else the first place that has a vocabulary.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public static string FindFolder(string? given, params string[] places)
    {
        places = given is null ? places : [given];
        return places.FirstOrDefault(IsIn)
            ?? throw new CheckpointException(
                $"CLAP's text tower needs RoBERTa's vocab.json and merges.txt. Looked in {string.Join(", ", places.Select(place => $"'{place}'"))}. " +
                "Set TokenizerFolder to the hub's FacebookAI/roberta-base or to the tokenizer folder of an AudioLDM2 model, or lay such a model's folder beside the checkpoint.");
    }

    /// <summary>Reads the tokenizer, which pads and cuts to what CLAP was trained with.</summary>
    /// <exception cref="CheckpointException">A file is missing or not what it should be.</exception>
    public static RobertaTokenizer Read(string folder) => RobertaTokenizer.FromFolder(folder, MaxTokens);
}
