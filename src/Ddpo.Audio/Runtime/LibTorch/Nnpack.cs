using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>libtorch's switch for NNPACK, which TorchSharp does not have.</summary>
internal static class Nnpack
{
    // at::globalContext() and at::Context::setUserEnabledNNPACK(bool).
    private const string Context = "_ZN2at13globalContextEv", Enable = "_ZN2at7Context20setUserEnabledNNPACKEb";

    /// <summary>Keeps libtorch from asking for it. A CPU that hides its caches does not have it, and libtorch would write so to the console at each call.</summary>
    public static unsafe void TurnOff()
    {
        if (LoadedLibrary.IsKnown && LoadedLibrary.Find(TorchFiles.Cpu) is not 0 and var library
            && NativeLibrary.TryGetExport(library, Context, out var context) && NativeLibrary.TryGetExport(library, Enable, out var enable))
        {
            ((delegate* unmanaged<nint, byte, void>)enable)(((delegate* unmanaged<nint>)context)(), 0);
        }
    }
}
