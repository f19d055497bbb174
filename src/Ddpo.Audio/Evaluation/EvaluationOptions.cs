namespace Ddpo.Audio;

/// <summary>Settings of a <see cref="RewardEvaluator"/>, which reads them when it is made. They change speed and memory, no score.</summary>
public sealed class EvaluationOptions
{
    /// <summary>Gets or sets how many clips a reward is given at once, at least 1. Default: 8.</summary>
    public int BatchSize { get; set; } = 8;

    /// <summary>Gets or sets how many clips are read ahead while others are scored, at least 1. Default: 8. Memory holds about this many and a batch.</summary>
    public int ReadAhead { get; set; } = 8;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadAhead, 1);
    }
}
