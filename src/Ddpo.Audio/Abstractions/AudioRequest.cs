namespace Ddpo.Audio;

/// <summary>What to generate, and how. Defaults are those of diffusers' <c>AudioLDM2Pipeline</c>.</summary>
public sealed record AudioRequest
{
    /// <summary>Asks for audio for each of <paramref name="prompts"/>, in one batch.</summary>
    /// <param name="prompts">At least one prompt; strings convert to prompts.</param>
    public AudioRequest(params IReadOnlyList<Prompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        Prompts = prompts;
    }

    /// <summary>The prompts, at least one.</summary>
    public IReadOnlyList<Prompt> Prompts { get; init; }

    /// <summary>What to steer away from, for prompts without a <see cref="Prompt.NegativeText"/> of their own. Empty by default.</summary>
    /// <remarks>Ignored without guidance.</remarks>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Length of each clip, above 0; 10.24 s by default. The waveform is cut to whole samples of it.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10.24);

    /// <summary>Denoising steps, from 1 to the scheduler's training steps (1000); 200 by default.</summary>
    public int NumInferenceSteps { get; init; } = 200;

    /// <summary>Strength of classifier-free guidance, at least 0; 3.5 by default. 1 or less turns it off and halves the work.</summary>
    public double GuidanceScale { get; init; } = 3.5;

    /// <summary>Share of fresh noise in each step (DDIM's eta), from 0 to 1: 0 (the default) is DDIM, 1 is DDPM.</summary>
    public double Eta { get; init; }

    /// <summary>Clips for each prompt, at least 1 (the default). Several are returned with the one closest to its prompt, by CLAP, first.</summary>
    public int NumWaveformsPerPrompt { get; init; } = 1;

    /// <summary>
    /// Decides all noise: clip i draws its own from seed + i, whatever else is in the batch.
    /// <see langword="null"/> (the default) draws a seed.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// The latents to start from instead of noise: standard normal, row-major [clips, channels, frames / 4, 16], where frames
    /// is the duration in 10 ms rounded up to a multiple of 4. <see langword="null"/> (the default) draws them.
    /// </summary>
    public ReadOnlyMemory<float>? InitialLatents { get; init; }

    /// <summary>
    /// The noise of each step, as many entries as steps, each shaped as <see cref="InitialLatents"/>; used when
    /// <see cref="Eta"/> is above 0. <see langword="null"/> (the default) draws it.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<float>>? Noise { get; init; }
}
