namespace Ddpo.Audio;

/// <summary>Settings of a <see cref="RewardEvaluator"/>. They change speed and memory, no score.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Clips that a reward is given at once, at least 1. Default: 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Clips read ahead while others are scored, at least 1. Default: 8. Memory holds about this many and a batch.</summary>
    public int ReadAhead { get; init; } = 8;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadAhead, 1);
    }
}
