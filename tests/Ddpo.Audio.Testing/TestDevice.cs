namespace Ddpo.Audio.Testing;

/// <summary>Where tests run that any device can run.</summary>
public static class TestDevice
{
    /// <summary>The GPU when there is one, else the CPU.</summary>
    public static Device Fastest => cuda.is_available() ? CUDA : CPU;
}
