namespace Ddpo.Audio.Settings;

/// <summary>A prompt in configuration that is more than a text.</summary>
internal sealed class PromptParts
{
    /// <summary>The text; empty when it is left out.</summary>
    public string? Text { get; set; }

    /// <summary>What to steer away from.</summary>
    public string? Negative { get; set; }

    /// <summary>Facts that rewards may read.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];
}
