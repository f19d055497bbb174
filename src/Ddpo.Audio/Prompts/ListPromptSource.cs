using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Prompts;

/// <summary>A fixed list of prompts, each equally likely.</summary>
internal sealed class ListPromptSource : PromptSource
{
    private readonly Prompt[] _prompts;

    public ListPromptSource(IEnumerable<Prompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        _prompts = [.. prompts];
        if (_prompts.Length == 0)
        {
            throw new ArgumentException("Expected at least one prompt, found none.", nameof(prompts));
        }

        if (Array.FindIndex(_prompts, prompt => prompt?.Text is null) is >= 0 and var index)
        {
            throw new ArgumentException($"Prompt {index} is null; use an empty string for no text.", nameof(prompts));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Prompt> AllPrompts => _prompts.AsReadOnly();

    /// <inheritdoc/>
    public override Prompt At(ulong seed, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return _prompts[new CounterRandom(seed, (ulong)position).Below(_prompts.Length)];
    }
}
