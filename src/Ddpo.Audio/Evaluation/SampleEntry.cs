namespace Ddpo.Audio;

/// <summary>A generated clip on disk: its file, what it was generated for, and how it was scored.</summary>
/// <param name="File">The WAV, relative to the manifest's folder and inside it; <c>/</c> separates folders.</param>
/// <param name="Prompt">What the clip was generated for.</param>
public sealed record SampleEntry(string File, Prompt Prompt)
{
    /// <summary>The scores that the clip got when it was made, by the rewards' names. Empty by default.</summary>
    public IReadOnlyDictionary<string, double> Rewards { get; init; } = new Dictionary<string, double>();
}
