using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Whether a run is longer than its warm-up, which is known when its algorithm is.</summary>
internal static class WarmupRule
{
    /// <summary>What is wrong.</summary>
    public static IEnumerable<SettingFailure> Check(RunSetup run)
    {
        var (warmup, updates) = (run.Options.Training.WarmupUpdates, run.Updates);
        if (warmup > 0 && warmup >= updates)
        {
            yield return new(
                $"WarmupUpdates is {warmup}; expected less than the {updates} updates of the run ({run.Options.Training.NumEpochs} epochs of "
                + $"{run.Algorithm.UpdatesPerEpoch(run.Options)}).",
                "Training:WarmupUpdates",
                "Training:NumEpochs");
        }
    }
}
