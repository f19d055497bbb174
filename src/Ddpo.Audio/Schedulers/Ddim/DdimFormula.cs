namespace Ddpo.Audio.Schedulers;

/// <summary>What <see cref="DdimSampler"/> and <see cref="DdimTransition"/> share: from a model's output to the mean of the next sample.</summary>
internal static class DdimFormula
{
    /// <summary>The predicted original sample and the mean of the next one, both fp32 and in the sample's shape.</summary>
    public static (Tensor Original, Tensor Mean) Mean(DdimConfig config, DdimFactors factors, Tensor modelOutput, Tensor sample)
    {
        var (original, noise) = Predict(config.PredictionType, factors, modelOutput, sample);

        // As in the reference, the noise is not derived anew from the limited original.
        original = Limit(config, original);
        return (original, (factors.SqrtPreviousAlpha * original).Add(factors.Direction * noise));
    }

    /// <summary>In single precision, which latents and log-probs have whatever the model's precision is.</summary>
    public static Tensor Single(Tensor value) => value.to(ScalarType.Float32);

    /// <summary>Refuses a tensor that has not the sample's shape.</summary>
    public static void CheckShape(Tensor value, Tensor sample, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        if (!value.shape.AsSpan().SequenceEqual(sample.shape))
        {
            throw new ArgumentException(
                $"Expected the shape of the sample, [{string.Join(", ", sample.shape)}]; found [{string.Join(", ", value.shape)}].", name);
        }
    }

    private static (Tensor Original, Tensor Noise) Predict(PredictionType type, DdimFactors factors, Tensor output, Tensor sample) => type switch
    {
        PredictionType.Epsilon => ((sample - (factors.SqrtBeta * output)) / factors.SqrtAlpha, output),
        PredictionType.Sample => (output, (sample - (factors.SqrtAlpha * output)) / factors.SqrtBeta),
        PredictionType.VPrediction => (
            (factors.SqrtAlpha * sample) - (factors.SqrtBeta * output),
            (factors.SqrtAlpha * output).Add(factors.SqrtBeta * sample)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type of prediction."),
    };

    private static Tensor Limit(DdimConfig config, Tensor original)
    {
        if (config.Thresholding)
        {
            return Threshold(config, original);
        }

        return config.ClipSample ? original.Clamp(-config.ClipSampleRange, config.ClipSampleRange) : original;
    }

    // Dynamic thresholding of Imagen (Saharia and others, 2022), section 2.3.
    private static Tensor Threshold(DdimConfig config, Tensor original)
    {
        var shape = new long[original.dim()];
        Array.Fill(shape, 1);
        shape[0] = original.shape[0];
        var bound = Quantile(original.flatten(1).abs(), config.DynamicThresholdingRatio).Clamp(1, config.SampleMaxValue).view(shape); // [batch, 1, ...]
        return original.clamp(-bound, bound) / bound;
    }

    // Of each row, between the two nearest elements by their distance.
    private static Tensor Quantile(Tensor rows, double ratio)
    {
        var place = ratio * (rows.shape[1] - 1);
        var below = (long)place;
        var (sorted, _) = rows.sort(1);
        var lower = sorted.narrow(1, below, 1);
        var upper = sorted.narrow(1, Math.Min(below + 1, rows.shape[1] - 1), 1);
        return lower.Add((upper - lower).Multiply(place - below)); // [rows, 1]
    }
}
