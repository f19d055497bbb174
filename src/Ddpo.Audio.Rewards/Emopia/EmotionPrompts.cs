namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>The emotions that EMOPIA tells apart: their words, their quadrants in the plane of valence and arousal, and prompts for them.</summary>
internal static class EmotionPrompts
{
    private const string Solo = "a recording of a {emotion} {instrument} solo, high quality";

    /// <summary>The quadrant of each emotion word.</summary>
    public static IReadOnlyDictionary<string, string> Quadrants { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["happy"] = "Q1",
        ["angry"] = "Q2",
        ["sad"] = "Q3",
        ["tender"] = "Q4",
    };

    /// <summary>A solo in every emotion for every instrument.</summary>
    public static IEnumerable<Prompt> Solos(params string[] instruments) => PromptSource
        .FromTemplate(Solo, ("emotion", [.. Quadrants.Keys]), ("instrument", instruments)).AllPrompts!
        .Select(prompt => prompt with
        {
            Metadata = new Dictionary<string, string>(prompt.Metadata) { ["quadrant"] = Quadrants[prompt.Metadata["emotion"]] },
        });
}
