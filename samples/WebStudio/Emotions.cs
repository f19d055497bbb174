using System.Text.RegularExpressions;

namespace Ddpo.Audio.Samples;

/// <summary>The emotions that EMOPIA knows, in words.</summary>
internal static partial class Emotions
{
    /// <summary>The words, in the order of the quadrants Q1 to Q4.</summary>
    public static IReadOnlyList<string> Words { get; } = ["happy", "angry", "sad", "tender"];

    /// <summary>The emotion that a text asks for; <see langword="null"/> if it names none, or several.</summary>
    public static string? In(string text)
    {
        var named = Pattern().Matches(text).Select(match => match.Value).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return named is [var emotion] ? Words.First(word => word.Equals(emotion, StringComparison.OrdinalIgnoreCase)) : null;
    }

    /// <summary>A prompt that says its emotion to rewards.</summary>
    public static Prompt ToPrompt(string text, string? emotion) => emotion is null
        ? new Prompt(text)
        : new Prompt(text) { Metadata = new Dictionary<string, string> { ["emotion"] = emotion } };

    [GeneratedRegex(@"\b(happy|angry|sad|tender)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
