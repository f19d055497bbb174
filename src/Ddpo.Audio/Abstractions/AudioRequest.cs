namespace Ddpo.Audio;

/// <summary>What to generate, and how. Defaults are those of diffusers' <c>AudioLDM2Pipeline</c>.</summary>
public sealed record AudioRequest
{
    /// <summary>Asks for audio for each prompt, in one batch.</summary>
    /// <param name="prompt">The first prompt; strings convert to prompts.</param>
    /// <param name="more">Further prompts.</param>
    public AudioRequest(Prompt prompt, params Prompt[] more)
        : this([prompt, .. more])
    {
    }

    /// <summary>Asks for audio for each of <paramref name="prompts"/>, in one batch.</summary>
    /// <param name="prompts">At least one prompt.</param>
    /// <exception cref="ArgumentException">There is no prompt.</exception>
    public AudioRequest(IReadOnlyList<Prompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        Prompts = prompts.Count > 0 ? prompts : throw new ArgumentException("Expected at least one prompt, found none.", nameof(prompts));
    }

    /// <summary>Gets the prompts, at least one.</summary>
    public IReadOnlyList<Prompt> Prompts { get; init; }

    /// <summary>Gets what to steer away from, for prompts without a <see cref="Prompt.NegativeText"/> of their own. Empty by default.</summary>
    /// <remarks>Ignored without guidance.</remarks>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Gets how prompts of different lengths are brought into one batch; <see cref="PromptPadding.Own"/> by default.</summary>
    public PromptPadding PromptPadding { get; init; }

    /// <summary>The longest that a clip may be: 10 minutes. AudioLDM2 was trained on 10 seconds.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets the length of each clip, above 0 and at most <see cref="LongestDuration"/>; 10.24 s by default. The waveform is cut to whole samples of it.
    /// With the published models in 32 bits, some 30 MB for each second of each clip are needed at once.
    /// </summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10.24);

    /// <summary>Gets the number of denoising steps, from 1; 200 by default. The most is the scheduler's training steps less its
    /// <c>steps_offset</c>, where it spaces them from the lower end (leading): 999 of AudioLDM2's 1000, as in diffusers.</summary>
    public int NumInferenceSteps { get; init; } = 200;

    /// <summary>Gets the strength of classifier-free guidance, at least 0; 3.5 by default. 1 or less turns it off and halves the work.</summary>
    public double GuidanceScale { get; init; } = 3.5;

    /// <summary>Gets the timesteps that are guided; all of them by default.</summary>
    public GuidanceInterval GuidanceInterval { get; init; } = GuidanceInterval.All;

    /// <summary>
    /// Gets what goes from noise to clips: <see cref="AudioScheduler.Ddim"/>, or <see cref="AudioScheduler.DpmSolver"/>, which takes 20 steps where DDIM takes 100.
    /// <see langword="null"/> (the default) takes the checkpoint's, DDIM in the published ones.
    /// </summary>
    public AudioScheduler? Scheduler { get; init; }

    /// <summary>Gets the share of fresh noise in each step (DDIM's eta), from 0 to 1: 0 (the default) is DDIM, 1 is DDPM. Always 0 with DPM-Solver++.</summary>
    public double Eta { get; init; }

    /// <summary>Gets the number of clips for each prompt, at least 1 (the default). Several are returned with the one closest to its prompt, by CLAP, first.</summary>
    public int NumWaveformsPerPrompt { get; init; } = 1;

    /// <summary>
    /// Gets the seed, which decides all noise: clip i draws its own from seed + i, whatever else is in the batch.
    /// <see langword="null"/> (the default) draws a seed.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// The latents to start from instead of noise: standard normal, row-major [clips, channels, frames / 4, 16], where frames
    /// is the duration in 10 ms rounded up to a multiple of 4. <see langword="null"/> (the default) draws them.
    /// </summary>
    internal ReadOnlyMemory<float>? InitialLatents { get; init; }

    /// <summary>
    /// The noise of each step, as many entries as steps, each shaped as <see cref="InitialLatents"/>; used when
    /// <see cref="Eta"/> is above 0. <see langword="null"/> (the default) draws it.
    /// </summary>
    internal IReadOnlyList<ReadOnlyMemory<float>>? Noise { get; init; }
}
