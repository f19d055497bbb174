namespace Ddpo.Audio.Schedulers;

/// <summary>The timesteps and noise levels of one number of steps (diffusers' <c>DPMSolverMultistepScheduler.set_timesteps</c>). Plain numbers, immutable.</summary>
/// <remarks>A level is σ / α: the noise's deviation over the original's factor.</remarks>
internal sealed class DpmSolverSchedule
{
    private const double KarrasRho = 7;

    /// <param name="noise">The schedule that the model was trained on, and how timesteps are spread.</param>
    /// <param name="solver">What else is to be known.</param>
    /// <param name="numInferenceSteps">From 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many steps for this schedule.</exception>
    public DpmSolverSchedule(DdimScheduler noise, DpmSolverMultistep solver, int numInferenceSteps)
    {
        var most = MostSteps(noise.Config);
        if (numInferenceSteps < 1 || numInferenceSteps > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(numInferenceSteps), numInferenceSteps, $"Expected from 1 to {most} steps: the model was trained on {noise.Config.NumTrainTimesteps} timesteps.");
        }

        double[] levels = [.. noise.AlphasCumprod.Select(alpha => Math.Sqrt((1 - (double)alpha) / alpha))];
        var timesteps = solver.UseKarrasSigmas ? null : Spread(noise.Config, numInferenceSteps);
        var sigmas = timesteps is null ? Karras(levels[^1], levels[0], numInferenceSteps) : [.. timesteps.Select(timestep => levels[timestep])];
        Timesteps = timesteps ?? [.. sigmas.Select(sigma => TimestepOf(sigma, levels, noise.Config.BetaSchedule != BetaSchedule.SquaredcosCapV2))];
        Sigmas = [.. sigmas.Append(solver.FinalSigma == DpmFinalSigma.Zero ? 0 : levels[0]).Select(sigma => (float)sigma)];
        if (float.IsInfinity(Sigmas[0]))
        {
            throw new ArgumentException(
                $"Timestep {Timesteps[0]} is pure noise (rescale_betas_zero_snr), from which DPM-Solver++ cannot start. Use DDIM.", nameof(noise));
        }
    }

    /// <summary>The timesteps in the order of denoising, from high to low.</summary>
    public IReadOnlyList<long> Timesteps { get; }

    /// <summary>The noise level before each step, and behind the last.</summary>
    public IReadOnlyList<float> Sigmas { get; }

    /// <summary>The most steps that a schedule can be spread over.</summary>
    public static int MostSteps(DdimConfig config) =>
        config.NumTrainTimesteps - 1 - (config.TimestepSpacing == TimestepSpacing.Leading ? config.StepsOffset : 0);

    // One more than there are steps, of which the last, timestep 0, is where the final level takes over.
    private static long[] Spread(DdimConfig config, int count)
    {
        var trained = config.NumTrainTimesteps;
        var steps = Enumerable.Range(0, count);
        return config.TimestepSpacing switch
        {
            TimestepSpacing.Leading => [.. steps.Select(i => ((count - (long)i) * (trained / (count + 1))) + config.StepsOffset)],
            TimestepSpacing.Trailing => [.. steps.Select(i => (long)Math.Round(trained + (i * DdimSchedule.TrailingStep(trained, count))) - 1)],
            _ => [.. steps.Select(i => (long)Math.Round((count - i) * ((trained - 1.0) / count)))],
        };
    }

    // Karras and others (2022), equation 5.
    private static double[] Karras(double highest, double lowest, int count)
    {
        var (from, to) = (Math.Pow(highest, 1 / KarrasRho), Math.Pow(lowest, 1 / KarrasRho));
        return [.. Enumerable.Range(0, count).Select(i => Math.Pow(from + ((count == 1 ? 0 : i / (count - 1.0)) * (to - from)), KarrasRho))];
    }

    /// <summary>The timestep of a level, between its neighbours by logarithms.</summary>
    private static long TimestepOf(double sigma, double[] levels, bool rounds)
    {
        var log = Math.Log(Math.Max(sigma, 1e-10));
        var low = Math.Clamp(Array.FindLastIndex(levels, level => Math.Log(level) <= log), 0, levels.Length - 2);
        var (below, above) = (Math.Log(levels[low]), Math.Log(levels[low + 1]));
        var timestep = low + Math.Clamp((below - log) / (below - above), 0, 1);
        return (long)(rounds ? Math.Round(timestep) : timestep);
    }
}
