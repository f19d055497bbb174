using System.Collections.ObjectModel;

namespace Ddpo.Audio.Schedulers;

/// <summary>The timesteps of one number of steps. Plain numbers: immutable, shared freely between sampling and training.</summary>
internal sealed class DdimSchedule
{
    private readonly int _stride;

    /// <summary>See <see cref="DdimScheduler.SetTimesteps"/>.</summary>
    public DdimSchedule(DdimScheduler scheduler, int numInferenceSteps)
    {
        var trained = scheduler.Config.NumTrainTimesteps;
        if (numInferenceSteps < 1 || numInferenceSteps > scheduler.Config.MostSteps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(numInferenceSteps), numInferenceSteps,
                $"Expected from 1 to {scheduler.Config.MostSteps} steps: the model was trained on {trained} timesteps, and steps_offset is {scheduler.Config.StepsOffset}.");
        }

        Scheduler = scheduler;
        _stride = trained / numInferenceSteps;
        Timesteps = new ReadOnlyCollection<long>(Spread(scheduler.Config, numInferenceSteps));
        if (Timesteps[0] >= trained)
        {
            throw new ArgumentOutOfRangeException(nameof(numInferenceSteps), numInferenceSteps,
                $"So many steps begin at timestep {Timesteps[0]}, but the last one is {trained - 1} (steps_offset is {scheduler.Config.StepsOffset}). Take fewer steps.");
        }

        if (scheduler.Config.PredictionType == PredictionType.Epsilon && scheduler.AlphasCumprod[(int)Timesteps[0]] == 0)
        {
            throw new ArgumentException(
                $"Timestep {Timesteps[0]} is pure noise (rescale_betas_zero_snr), from which a model that predicts noise (epsilon) cannot start. " +
                "Take leading spacing, or a model that predicts velocity.", nameof(scheduler));
        }
    }

    /// <summary>The scheduler that made it.</summary>
    public DdimScheduler Scheduler { get; }

    /// <summary>The timesteps in the order of denoising, from high to low.</summary>
    public IReadOnlyList<long> Timesteps { get; }

    /// <summary>
    /// The timesteps at which <see cref="DdimTransition"/> would add no noise, each with the cause. A step without noise has no
    /// probability density, so training needs this to be empty.
    /// </summary>
    /// <param name="eta">The share of DDPM's noise that is added: 0 for none, 1 for all.</param>
    public IReadOnlyList<(long Timestep, string Cause)> StepsWithoutNoise(double eta)
    {
        CheckEta(eta);
        return [.. Timesteps.Where(timestep => TransitionCoefficients(timestep, eta).Sigma is not > 0).Select(timestep => (timestep, Cause(timestep)))];

        string Cause(long timestep) => eta == 0 ? "eta is 0"
            : Previous(timestep) is var previous && previous < 0 && timestep == 0
                ? $"the last timestep is 0, which has none before it (steps_offset is {Scheduler.Config.StepsOffset}; 1 is usual)"
            : Scheduler.AlphasCumprod[(int)Math.Max(previous, 0)] == 1 ? "nothing of the noise is left at the timestep before it"
            : "its noise is too small for single precision";
    }

    /// <summary>The factors of diffusers' step: behind the last timestep lies the scheduler's final alpha.</summary>
    public DdimCoefficients SamplerCoefficients(long timestep, double eta) => Coefficients(
        timestep, Previous(timestep) is >= 0 and var previous ? Scheduler.AlphasCumprod[(int)previous] : Scheduler.FinalAlphaCumprod, eta);

    /// <summary>The factors of ddpo-pytorch's step: timestep 0 also lies behind the last one.</summary>
    public DdimCoefficients TransitionCoefficients(long timestep, double eta) => Coefficients(
        timestep, Scheduler.AlphasCumprod[(int)Math.Max(Previous(timestep), 0)], eta);

    /// <summary>Refuses an eta for which the formulas have no solution.</summary>
    public static void CheckEta(double eta)
    {
        if (eta is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(eta), eta, "Expected eta to be from 0, no noise, to 1, the noise of DDPM.");
        }
    }

    private DdimCoefficients Coefficients(long timestep, float previousAlpha, double eta) =>
        DdimCoefficients.Of(Scheduler.AlphasCumprod[(int)timestep], previousAlpha, (float)eta);

    private long Previous(long timestep) => timestep - _stride;

    private static long[] Spread(DdimConfig config, int count)
    {
        var trained = config.NumTrainTimesteps;
        var ascending = Enumerable.Range(0, count);
        return config.TimestepSpacing switch
        {
            TimestepSpacing.Leading => [.. ascending.Select(i => ((count - 1L - i) * (trained / count)) + config.StepsOffset)],
            TimestepSpacing.Trailing => [.. ascending.Select(i => (long)Math.Round(trained + (i * TrailingStep(trained, count))) - 1)],
            TimestepSpacing.Linspace => [.. ascending.Select(i => count == 1 ? 0 : (long)Math.Round((count - 1 - i) * ((trained - 1) / (count - 1.0))))],
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.TimestepSpacing, "Unknown spacing of timesteps."),
        };
    }

    // The difference of the first two numbers, which is how NumPy steps: its rounding decides ties. (For a few counts NumPy
    // gets one number too many by such errors; here there are as many as asked for.)
    internal static double TrailingStep(int trained, int count) => trained - (trained / (double)count) - trained;
}
