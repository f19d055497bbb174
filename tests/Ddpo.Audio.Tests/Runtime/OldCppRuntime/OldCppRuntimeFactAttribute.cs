using System.Runtime.InteropServices;
using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Runtime.OldCppRuntime;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Runtime.LibTorch;

namespace Ddpo.Audio.Tests.Runtime.OldCppRuntime;

/// <summary>A test for systems whose C++ runtime is older than TorchSharp's native file asks for, such as Debian 12; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OldCppRuntimeFactAttribute : LinuxFactAttribute
{
    public OldCppRuntimeFactAttribute()
    {
        if (LoadedLibrary.IsKnown
            && AdaptedTorchSharp.Lacking(TorchFiles.Bridge, UntouchedProgram.Published, LoadedLibrary.PathOf(NativeLibrary.Load(AdaptedTorchSharp.CppRuntime))).Count == 0)
        {
            Skip = "This system's C++ runtime has all that TorchSharp's native file asks for.";
        }
    }
}
