namespace Ddpo.Audio;

/// <summary>
/// The timesteps at which generation is guided: at noisier ones guidance costs variety, at cleaner ones it does little (Kynkäänniemi and others 2024,
/// arXiv:2404.07724). A step outside is made by the prompt alone, and takes half the time.
/// </summary>
/// <param name="Lowest">The cleanest timestep that is guided, from 0.</param>
/// <param name="Highest">The noisiest, at least <paramref name="Lowest"/>; AudioLDM2 has timesteps up to 999.</param>
public readonly record struct GuidanceInterval(long Lowest, long Highest)
{
    /// <summary>Gets the interval of all timesteps.</summary>
    public static GuidanceInterval All { get; } = new(0, long.MaxValue);

    /// <summary>Whether a timestep is guided.</summary>
    public bool Contains(long timestep) => timestep >= Lowest && timestep <= Highest;
}
