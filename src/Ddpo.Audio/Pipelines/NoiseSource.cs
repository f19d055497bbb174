using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Pipelines;

/// <summary>Standard normal noise in which each clip has a stream of its own, so that a clip does not depend on its batch.</summary>
/// <remarks>Drawn on the CPU: the same seed gives the same noise on every device.</remarks>
internal sealed class NoiseSource : IDisposable
{
    private readonly Generator[] _generators;
    private readonly long[] _clipShape;
    private readonly Device _device;

    /// <param name="seeds">Of each clip.</param>
    /// <param name="clipShape">Of one clip's noise.</param>
    /// <param name="device">Where the noise is needed.</param>
    public NoiseSource(IEnumerable<ulong> seeds, long[] clipShape, Device device)
    {
        // Mixed first: generators of neighbouring seeds would start in similar states.
        _generators = [.. seeds.Select(seed => new Generator(Seeds.Derive(seed)))];
        (_clipShape, _device) = (clipShape, device);
    }

    /// <summary>The next noise of every clip, fp32 [clips, channels, frames, width].</summary>
    public Tensor Next()
    {
        using var scope = NewDisposeScope();
        var clips = _generators.Select(generator => randn(_clipShape, ScalarType.Float32, generator: generator));
        return stack([.. clips]).to(_device).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var generator in _generators)
        {
            generator.Dispose();
        }
    }
}
