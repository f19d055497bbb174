namespace Ddpo.Audio.Samples;

/// <summary>What a visitor asks for. What is left out is as the settings suggest.</summary>
internal sealed record ClipRequest
{
    /// <summary>JavaScript's numbers are exact up to here.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>The prompt.</summary>
    public string? Prompt { get; init; }

    /// <summary>An adapter's id; none when empty.</summary>
    public string? Adapter { get; init; }

    /// <summary>How strongly the adapter works; 1 is as trained.</summary>
    public double? Strength { get; init; }

    /// <summary>Denoising steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Length in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>Strength of guidance.</summary>
    public double? Guidance { get; init; }

    /// <summary>Decides all noise; drawn when left out.</summary>
    public long? Seed { get; init; }

    /// <summary>Checks everything and fills in what was left out.</summary>
    /// <exception cref="StudioProblemException">Something is out of its range; all that is, is told.</exception>
    public ClipOrder ToOrder(StudioOptions options, AdapterLibrary adapters)
    {
        var (errors, limits, defaults) = (new FieldErrors(), options.Limits, options.Generation);
        errors.Prompt("prompt", "The prompt", Prompt, limits.MaxPromptLength);
        var steps = errors.Between("steps", "The number of steps", Steps ?? defaults.NumInferenceSteps, 1, limits.MaxSteps);
        var seconds = errors.Between("seconds", "The duration", Seconds ?? defaults.Seconds, 0.1, limits.MaxSeconds);
        var guidance = errors.Between("guidance", "The guidance", Guidance ?? defaults.GuidanceScale, 0, 50);
        var strength = errors.Between("strength", "The adapter's strength", Strength ?? 1, -4, 4);
        var seed = errors.Between("seed", "The seed", Seed ?? Random.Shared.NextInt64(1L << 32), 0, MaxSeed);
        var folder = string.IsNullOrEmpty(Adapter) ? null : adapters.FolderOf(Adapter);
        if (!string.IsNullOrEmpty(Adapter) && folder is null)
        {
            errors.Add("adapter", "There is no such adapter. It may have been deleted; choose one of the list.");
        }

        return errors.Any
            ? throw StudioProblemException.Invalid("This clip cannot be generated.", errors)
            : new(Prompt!.Trim(), folder is null ? null : Adapter, folder, strength, steps, seconds, guidance, defaults.Eta, seed);
    }
}

/// <summary>A request that can be carried out.</summary>
internal sealed record ClipOrder(
    string Prompt, string? Adapter, string? AdapterFolder, double Strength, int Steps, double Seconds, double Guidance, double Eta, long Seed)
{
    /// <summary>The same for the pipeline.</summary>
    public AudioRequest ToAudioRequest() => new(new Prompt(Prompt))
    {
        NumInferenceSteps = Steps,
        Duration = TimeSpan.FromSeconds(Seconds),
        GuidanceScale = Guidance,
        Eta = Eta,
        Seed = (ulong)Seed,
    };
}
