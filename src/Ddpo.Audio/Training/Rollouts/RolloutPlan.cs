namespace Ddpo.Audio.Training.Rollouts;

/// <summary>What an algorithm wants of the way in which samples are made.</summary>
/// <param name="Noisy">The steps that are drawn with noise; the others have none, and no log-prob.</param>
/// <param name="KeepsMeans">Whether the means of the steps' distributions are kept, too.</param>
internal sealed record RolloutPlan(StepRange Noisy, bool KeepsMeans = false)
{
    /// <summary>Whether every step's latents and log-prob are kept, or the final latents alone.</summary>
    public bool KeepsSteps { get; init; } = true;

    /// <summary>Makes the model sample with other weights until disposed; <see langword="null"/> samples with those that learn.</summary>
    public Func<IDisposable>? Policy { get; init; }

    /// <summary>Noise in all steps.</summary>
    public static RolloutPlan Of(int steps) => new(new StepRange(0, steps));
}

/// <summary>Neighbouring denoising steps.</summary>
/// <param name="First">The first, from 0, the noisiest.</param>
/// <param name="Count">How many.</param>
internal readonly record struct StepRange(int First, int Count)
{
    public bool Contains(int step) => step >= First && step < First + Count;
}
