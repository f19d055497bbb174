namespace Ddpo.Audio.Schedulers;

/// <summary>Betas and their cumulative products, in single precision and in the order of operations of the reference.</summary>
internal static class NoiseSchedule
{
    /// <summary>The noise added at each training timestep.</summary>
    public static float[] Betas(DdimConfig config)
    {
        var betas = config.TrainedBetas ?? config.BetaSchedule switch
        {
            BetaSchedule.Linear => Linspace((float)config.BetaStart, (float)config.BetaEnd, config.NumTrainTimesteps),
            BetaSchedule.ScaledLinear => [.. Linspace((float)Math.Sqrt(config.BetaStart), (float)Math.Sqrt(config.BetaEnd), config.NumTrainTimesteps)
                .Select(root => root * root)],
            BetaSchedule.SquaredcosCapV2 => SquaredCosine(config.NumTrainTimesteps),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.BetaSchedule, "Unknown schedule of betas."),
        };
        return config.RescaleBetasZeroSnr ? RescaleToZeroSnr(betas) : [.. betas];
    }

    /// <summary>The share of the original sample's variance that is left at each training timestep.</summary>
    public static float[] CumulativeAlphas(IReadOnlyList<float> betas)
    {
        // The running product is kept in double precision, as PyTorch does on the CPU.
        var product = 1.0;
        return [.. betas.Select(beta => (float)(product *= 1 - beta))];
    }

    // Counts from both ends towards the middle, as PyTorch does, so that the last number is exact.
    private static float[] Linspace(float start, float end, int count)
    {
        var step = count > 1 ? (end - start) / (count - 1) : 0;
        return [.. Enumerable.Range(0, count).Select(i => i < count / 2 || count == 1 ? start + (step * i) : end - (step * (count - 1 - i)))];
    }

    // Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models" (2021), equation 17, with betas of at most 0.999.
    private static float[] SquaredCosine(int count)
    {
        return [.. Enumerable.Range(0, count).Select(i => (float)Math.Min(1 - (Bar((i + 1) / (double)count) / Bar(i / (double)count)), 0.999))];

        static double Bar(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
    }

    // Lin and others, "Common Diffusion Noise Schedules and Sample Steps Are Flawed" (2023), algorithm 1.
    private static float[] RescaleToZeroSnr(float[] betas)
    {
        var roots = CumulativeAlphas(betas).Select(MathF.Sqrt).ToArray();
        var (first, last) = (roots[0], roots[^1]);
        var alphas = roots.Select(root => (root - last) * (first / (first - last))).Select(root => root * root).ToArray();
        return [.. alphas.Select((alpha, i) => 1 - (i == 0 ? alpha : alpha / alphas[i - 1]))];
    }
}
