namespace Ddpo.Audio.Schedulers;

/// <summary>
/// The noise schedule of DDIM (Song and others, "Denoising Diffusion Implicit Models", 2020) with the settings of diffusers'
/// <c>DDIMScheduler</c>. Holds plain numbers; immutable and thread-safe.
/// </summary>
internal sealed class DdimScheduler
{
    /// <exception cref="InvalidDataException">A setting is out of range.</exception>
    public DdimScheduler(DdimConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        Betas = NoiseSchedule.Betas(config);
        AlphasCumprod = NoiseSchedule.CumulativeAlphas(Betas);
        FinalAlphaCumprod = config.SetAlphaToOne ? 1 : AlphasCumprod[0];
    }

    /// <summary>The settings.</summary>
    public DdimConfig Config { get; }

    /// <summary>The noise added at each training timestep.</summary>
    public IReadOnlyList<float> Betas { get; }

    /// <summary>The share of the original sample's variance that is left at each training timestep.</summary>
    public IReadOnlyList<float> AlphasCumprod { get; }

    /// <summary>The same behind the last step, where <see cref="DdimSampler"/> ends.</summary>
    public float FinalAlphaCumprod { get; }

    /// <summary>Reads <c>scheduler_config.json</c> of a scheduler's folder.</summary>
    /// <exception cref="CheckpointException">It is missing, or has a value that is unknown or out of range.</exception>
    public static DdimScheduler FromFolder(string folder) => new(DdimConfig.FromFolder(folder));

    /// <summary>Chooses the timesteps to visit.</summary>
    /// <param name="numInferenceSteps">From 1 to the number of training timesteps.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many steps for this schedule.</exception>
    public DdimSchedule SetTimesteps(int numInferenceSteps) => new(this, numInferenceSteps);
}
