namespace Ddpo.Audio.Prompts;

/// <summary>The four emotions of the quadrants of valence and arousal, as prompts.</summary>
internal static class EmotionPrompts
{
    /// <summary>The quadrant of each emotion word.</summary>
    public static IReadOnlyDictionary<string, string> Quadrants { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["happy"] = "Q1",
        ["angry"] = "Q2",
        ["sad"] = "Q3",
        ["tender"] = "Q4",
    };

    /// <summary>A solo in every emotion for every instrument.</summary>
    public static IEnumerable<Prompt> Solos(string[] instruments)
    {
        var prompts = PromptTemplate.Expand(
            PromptSource.EmotionSoloTemplate, [("emotion", ["happy", "angry", "sad", "tender"]), ("instrument", instruments)]);
        return prompts.Select(prompt => prompt with
        {
            Metadata = new Dictionary<string, string>(prompt.Metadata) { ["quadrant"] = Quadrants[prompt.Metadata["emotion"]] },
        });
    }
}
