namespace Ddpo.Audio.Prompts;

/// <summary>Tells prompts with an emotion its quadrant in the plane of valence and arousal.</summary>
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
    public static List<Prompt> Solos(string[] instruments) => PromptTemplate.Expand(
        PromptSource.EmotionSoloTemplate, [("emotion", ["happy", "angry", "sad", "tender"]), ("instrument", instruments)]);

    /// <summary>Adds <c>quadrant</c> to metadata with a known <c>emotion</c> and without a quadrant.</summary>
    public static void AddQuadrant(Dictionary<string, string> metadata)
    {
        if (metadata.TryGetValue("emotion", out var emotion) && Quadrants.TryGetValue(emotion, out var quadrant))
        {
            metadata.TryAdd("quadrant", quadrant);
        }
    }
}
