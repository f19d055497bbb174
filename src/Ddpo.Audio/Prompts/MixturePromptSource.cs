using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Prompts;

/// <summary>Several sources, each drawn from as often as its share of the weights.</summary>
internal sealed class MixturePromptSource : PromptSource
{
    private readonly PromptSource[] _sources;
    private readonly double[] _upTo;

    public MixturePromptSource((PromptSource Source, double Weight)[] sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Length == 0)
        {
            throw new ArgumentException("Expected at least one source of prompts, found none.", nameof(sources));
        }

        (_sources, _upTo) = (new PromptSource[sources.Length], new double[sources.Length]);
        var total = 0.0;
        for (var i = 0; i < sources.Length; i++)
        {
            var (source, weight) = sources[i];
            _sources[i] = source ?? throw new ArgumentException($"Source {i} is null.", nameof(sources));
            _upTo[i] = total += weight > 0 && double.IsFinite(weight) ? weight : throw new ArgumentException(
                $"Expected a positive, finite weight for source {i}, found {weight}.", nameof(sources));
        }

        if (!double.IsFinite(total))
        {
            throw new ArgumentException("The weights are too large to add up; divide them all by the same number.", nameof(sources));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Prompt>? AllPrompts =>
        _sources.Any(source => source.AllPrompts is null) ? null : [.. _sources.SelectMany(source => source.AllPrompts!)];

    /// <inheritdoc/>
    public override Prompt At(ulong seed, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var random = new CounterRandom(seed, (ulong)position);
        var place = random.Fraction() * _upTo[^1];
        var chosen = Array.FindIndex(_upTo, bound => place < bound);

        // The source gets a seed of its own, so that its draw does not repeat the choice just made. A product that rounds up
        // to the sum of the weights belongs to the last source.
        return _sources[chosen < 0 ? ^1 : chosen].At(random.Next(), position);
    }
}
