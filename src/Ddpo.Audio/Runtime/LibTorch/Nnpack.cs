using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime.LibTorch;

/// <summary>libtorch's switch for NNPACK, which TorchSharp does not have.</summary>
internal static class Nnpack
{
    // at::globalContext() and at::Context::setUserEnabledNNPACK(bool).
    private const string Context = "_ZN2at13globalContextEv", Enabled = "_ZN2at7Context20setUserEnabledNNPACKEb";

    /// <summary>
    /// Says whether libtorch may ask for it, as it does at first. A CPU that hides its caches does not have it, and libtorch writes so to the console
    /// whenever it asks.
    /// </summary>
    public static unsafe void Enable(bool isEnabled)
    {
        if (LoadedLibrary.IsKnown && LoadedLibrary.Find(TorchFiles.Cpu) is not 0 and var library
            && NativeLibrary.TryGetExport(library, Context, out var context) && NativeLibrary.TryGetExport(library, Enabled, out var enabled))
        {
            ((delegate* unmanaged<nint, byte, void>)enabled)(((delegate* unmanaged<nint>)context)(), isEnabled ? (byte)1 : (byte)0);
        }
    }
}
