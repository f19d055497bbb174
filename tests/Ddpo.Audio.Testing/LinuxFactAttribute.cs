using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Testing;

/// <summary>A test of what is only for Linux with glibc on x64; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class LinuxFactAttribute : Xunit.FactAttribute
{
    /// <inheritdoc cref="LinuxFactAttribute"/>
    public LinuxFactAttribute() => Skip = LoadedLibrary.IsKnown ? null : "This is not Linux with glibc on x64.";
}
