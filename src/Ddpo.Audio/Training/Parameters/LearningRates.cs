namespace Ddpo.Audio.Training.Parameters;

/// <summary>Learning-rate schedules as functions of the update: nothing of them has to be saved.</summary>
internal static class LearningRates
{
    /// <summary>What the learning rate is multiplied by: transformers' <c>get_scheduler</c>, with half a cosine.</summary>
    /// <param name="options">The schedule, and the warm-up.</param>
    /// <param name="update">The update's number in the run, from 0.</param>
    /// <param name="updates">The run's.</param>
    public static double Factor(TrainingOptions options, long update, long updates)
    {
        var warmup = options.WarmupUpdates;
        if (update < warmup)
        {
            return (double)update / warmup;
        }

        var progress = (double)(update - warmup) / Math.Max(1, updates - warmup);
        return options.LearningRateSchedule switch
        {
            LearningRateSchedule.Linear => Math.Max(0, 1 - progress),
            LearningRateSchedule.Cosine => progress >= 1 ? 0 : 0.5 * (1 + Math.Cos(Math.PI * progress)), // a run does not begin to climb again
            _ => 1,
        };
    }
}
