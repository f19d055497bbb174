namespace TorchSharp;

/// <summary>Explains a native library that is not there.</summary>
internal static class NativeBackend
{
    /// <summary>Throws NotSupportedException when the native library, or the libtorch it needs, cannot be loaded.</summary>
    public static unsafe string Load()
    {
        try
        {
            return System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)NativeMethods.shim_version())!;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new NotSupportedException(
                "This application uses TorchSharp, but its native library (libLibTorchSharp.so) could not be loaded. Reference " +
                "the package TorchSharp-cpu; its offline build also needs libtorch on the machine (on Debian: apt-get install " +
                "libtorch-dev). The loader said: " + e.Message, e);
        }
    }
}
