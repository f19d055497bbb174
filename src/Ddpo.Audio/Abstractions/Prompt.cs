namespace Ddpo.Audio;

/// <summary>What to generate, in words, with optional facts about it that a reward may need.</summary>
/// <param name="Text">The text given to the model. May be empty, never <see langword="null"/>.</param>
/// <remarks>Immutable, safe to share between threads. A <see cref="string"/> converts to a prompt without metadata.</remarks>
public sealed record Prompt(string Text)
{
    /// <summary>Facts that rewards may read, by name: for instance <c>emotion = happy</c>. Empty by default.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What to steer away from; <see langword="null"/> (the default) leaves it to the request or the sampling options.</summary>
    public string? NegativeText { get; init; }

    /// <summary>Makes a prompt without metadata.</summary>
    public static implicit operator Prompt(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
