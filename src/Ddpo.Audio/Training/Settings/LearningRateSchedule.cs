namespace Ddpo.Audio;

/// <summary>
/// How the learning rate goes on after the warm-up (<see cref="TrainingOptions.WarmupUpdates"/>): the formulas of <c>get_scheduler</c> in transformers and
/// diffusers, whose names are in parentheses.
/// </summary>
public enum LearningRateSchedule
{
    /// <summary>It stays (<c>constant</c>; with a warm-up, <c>constant_with_warmup</c>).</summary>
    Constant,

    /// <summary>It falls in a straight line and would be 0 after the run's last update (<c>linear</c>).</summary>
    Linear,

    /// <summary>It falls as half a cosine, slowly at both ends, and would be 0 after the run's last update (<c>cosine</c>).</summary>
    Cosine,
}
