namespace Ddpo.Audio.Schedulers;

/// <summary>How the noise grows over the training timesteps.</summary>
internal enum BetaSchedule
{
    Linear,
    ScaledLinear,
    SquaredcosCapV2,
}

/// <summary>What the model predicts.</summary>
internal enum PredictionType
{
    Epsilon,
    VPrediction,
    Sample,
}

/// <summary>Which of the training timesteps are visited.</summary>
internal enum TimestepSpacing
{
    Leading,
    Trailing,
    Linspace,
}

/// <summary><c>scheduler_config.json</c> of a DDIM scheduler; the defaults are those of diffusers' class.</summary>
internal sealed record DdimConfig
{
    // Far more than any model has; there is a factor in memory for each.
    private const int MaxTrainTimesteps = 10_000;

    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>The most steps that it can denoise in: with more, the first would begin behind the last timestep that was trained.</summary>
    public int MostSteps => TimestepSpacing == TimestepSpacing.Leading ? NumTrainTimesteps - StepsOffset : NumTrainTimesteps;

    public double BetaStart { get; init; } = 0.0001;

    public double BetaEnd { get; init; } = 0.02;

    public BetaSchedule BetaSchedule { get; init; }

    /// <summary>The betas themselves, instead of a schedule.</summary>
    public float[]? TrainedBetas { get; init; }

    /// <summary>Clamps the predicted original sample to ±<see cref="ClipSampleRange"/>.</summary>
    public bool ClipSample { get; init; } = true;

    public double ClipSampleRange { get; init; } = 1;

    /// <summary>The last step goes to a sample without noise; otherwise to that of timestep 0.</summary>
    public bool SetAlphaToOne { get; init; } = true;

    /// <summary>Added to the timesteps of leading spacing.</summary>
    public int StepsOffset { get; init; }

    public PredictionType PredictionType { get; init; }

    /// <summary>Clamps the predicted original sample to a quantile of its own magnitude, and scales it by that.</summary>
    public bool Thresholding { get; init; }

    public double DynamicThresholdingRatio { get; init; } = 0.995;

    public double SampleMaxValue { get; init; } = 1;

    public TimestepSpacing TimestepSpacing { get; init; }

    /// <summary>Makes the last training timestep pure noise.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>Reads <c>scheduler_config.json</c> of a scheduler's folder.</summary>
    /// <inheritdoc cref="SchedulerFile.Read"/>
    public static DdimConfig FromFolder(string folder) => SchedulerFile.Read<DdimConfig>(folder, config => config.Validate());

    /// <summary>Checks what the formulas rely on.</summary>
    /// <exception cref="InvalidDataException">A value is out of range.</exception>
    public void Validate()
    {
        SchedulerFile.Require(NumTrainTimesteps is >= 1 and <= MaxTrainTimesteps, "num_train_timesteps", $"from 1 to {MaxTrainTimesteps}", NumTrainTimesteps);
        SchedulerFile.Require(BetaStart is > 0 and < 1, "beta_start", "between 0 and 1", BetaStart);
        SchedulerFile.Require(BetaEnd is > 0 and < 1, "beta_end", "between 0 and 1", BetaEnd);
        SchedulerFile.Require(StepsOffset >= 0, "steps_offset", "0 or more", StepsOffset);
        SchedulerFile.Require(ClipSampleRange > 0, "clip_sample_range", "positive", ClipSampleRange);
        SchedulerFile.Require(DynamicThresholdingRatio is >= 0 and <= 1, "dynamic_thresholding_ratio", "from 0 to 1", DynamicThresholdingRatio);
        SchedulerFile.Require(SampleMaxValue >= 1, "sample_max_value", "1 or more", SampleMaxValue);
        if (TrainedBetas is { } betas)
        {
            SchedulerFile.Require(betas.Length == NumTrainTimesteps, "trained_betas", $"{NumTrainTimesteps} numbers (num_train_timesteps)", betas.Length);
            SchedulerFile.Require(Array.TrueForAll(betas, beta => beta is >= 0 and < 1), "trained_betas", "between 0 and 1", betas.Max());
        }
    }
}
