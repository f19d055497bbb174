using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>The forward process: adds noise to clean latents, √ᾱ x + √(1 − ᾱ) ε. What is drawn follows from the run's seed, epoch, update, sample and draw.</summary>
internal sealed class AddedNoise : IDisposable
{
    private readonly ForwardProcessOptions _options;
    private readonly DrawSeed _seedOf;
    private readonly Tensor _signal;
    private readonly Tensor _noise;
    private readonly int _timesteps;

    /// <param name="options">Which timesteps are drawn, and how many.</param>
    /// <param name="alphas">ᾱ at each training timestep.</param>
    /// <param name="device">Where the latents are.</param>
    /// <param name="seedOf">Says seeds.</param>
    public AddedNoise(ForwardProcessOptions options, IReadOnlyList<float> alphas, Device device, DrawSeed seedOf)
    {
        (_options, _seedOf, _timesteps) = (options, seedOf, alphas.Count);
        _signal = tensor(alphas.Select(MathF.Sqrt).ToArray(), device: device).DetachFromDisposeScope();
        _noise = tensor(alphas.Select(alpha => MathF.Sqrt(1 - alpha)).ToArray(), device: device).DetachFromDisposeScope();
    }

    /// <summary>Draws timesteps and noise for neighbouring samples, and adds it.</summary>
    /// <param name="clean">Clean latents, fp32 [batch, ...].</param>
    /// <param name="first">The epoch's number of the first of them.</param>
    /// <param name="update">The update, from 0.</param>
    /// <param name="draw">The draw in this update, from 0.</param>
    /// <returns>Belongs to the caller's dispose scope.</returns>
    public NoisedLatents Draw(Tensor clean, int first, int update, int draw)
    {
        var samples = Enumerable.Range(first, (int)clean.shape[0]);
        using var source = new NoiseSource(
            samples.Select(sample => _seedOf(SeedStream.AddedNoise, [update, sample, draw])), clean.shape[1..], clean.device);
        return Add(clean, source.Next(), tensor([.. samples.Select(sample => Timestep(update, sample, draw))], device: clean.device));
    }

    /// <summary>Adds given noise.</summary>
    /// <param name="clean">fp32 [batch, ...].</param>
    /// <param name="noise">As the latents.</param>
    /// <param name="timesteps">int64 [batch].</param>
    public NoisedLatents Add(Tensor clean, Tensor noise, Tensor timesteps)
    {
        var (signal, added) = (_signal.index_select(0, timesteps), _noise.index_select(0, timesteps));
        long[] broadcast = [-1, .. Enumerable.Repeat(1L, (int)clean.dim() - 1)];
        return new((signal.view(broadcast) * clean).Add(added.view(broadcast) * noise), timesteps, noise, added / signal);
    }

    /// <summary>A timestep for a sample's draw; when they are stratified, from the part of the range that is this draw's, in an order of the sample's own.</summary>
    public long Timestep(int update, int sample, int draw)
    {
        var place = new CounterRandom(_seedOf(SeedStream.AddedNoiseTimestep, [update, sample, draw]), 0).Fraction();
        if (_options.Stratified)
        {
            var parts = Seeds.Permutation(_options.DrawsPerSample, _seedOf(SeedStream.AddedNoiseTimestep, [update, sample]));
            place = (parts[draw] + place) / parts.Length;
        }

        var (least, most) = (_options.MinTimestep * _timesteps, _options.MaxTimestep * _timesteps);
        return Math.Min((long)(least + (place * (most - least))), _timesteps - 1);
    }

    public void Dispose()
    {
        _signal.Dispose();
        _noise.Dispose();
    }
}

/// <summary>Says the seed of something that an epoch draws.</summary>
/// <param name="stream">What it is for.</param>
/// <param name="position">Where in the epoch.</param>
internal delegate ulong DrawSeed(SeedStream stream, ReadOnlySpan<long> position);

/// <summary>Latents with noise.</summary>
/// <param name="Latents">√ᾱ x + √(1 − ᾱ) ε, fp32 [batch, ...].</param>
/// <param name="Timesteps">int64 [batch].</param>
/// <param name="Noise">ε, fp32 [batch, ...].</param>
/// <param name="NoiseToSignal">√((1 − ᾱ) / ᾱ), fp32 [batch].</param>
internal sealed record NoisedLatents(Tensor Latents, Tensor Timesteps, Tensor Noise, Tensor NoiseToSignal)
{
    /// <summary>Several draws in one, one after the other.</summary>
    public static NoisedLatents Concat(IReadOnlyList<NoisedLatents> draws) => draws is [var one] ? one : new(
        cat([.. draws.Select(draw => draw.Latents)]),
        cat([.. draws.Select(draw => draw.Timesteps)]),
        cat([.. draws.Select(draw => draw.Noise)]),
        cat([.. draws.Select(draw => draw.NoiseToSignal)]));
}
