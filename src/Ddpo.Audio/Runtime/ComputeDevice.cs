using System.Globalization;

namespace Ddpo.Audio.Runtime;

/// <summary>Finds the device that a user named, or says clearly what is missing.</summary>
internal static class ComputeDevice
{
    /// <summary>The names of devices, for the annotations of settings, and what to say of others.</summary>
    public const string NamePattern = "cpu|cuda(:[0-9]{1,4})?", ExpectedName = "expected cpu, cuda or cuda:N.";

    /// <summary>Turns <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c> into a device that is there.</summary>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    /// <exception cref="NotSupportedException">libtorch or the CUDA device is absent; the message says which package to add.</exception>
    public static Device Parse(string name)
    {
        var cudaIndex = CudaIndex(name);
        RequireLibTorch();
        if (cudaIndex is not { } index)
        {
            return CPU;
        }

        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (index >= count)
        {
            throw new NotSupportedException(
                $"Device '{name}' was asked for, but libtorch sees {count} CUDA devices. Use device 'cpu', or check the driver "
                + "(nvidia-smi) and reference TorchSharp-cuda-linux or TorchSharp-cuda-windows instead of TorchSharp-cpu.");
        }

        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>The number of the CUDA device that <c>cuda</c> or <c>cuda:N</c> names, there or not; null for <c>cpu</c>.</summary>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    public static int? CudaIndex(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = 0;
        return name switch
        {
            "cpu" => null,
            "cuda" => 0,
            _ when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index) => index,
            _ => throw new ArgumentException($"Expected device 'cpu', 'cuda' or 'cuda:N', found '{name}'.", nameof(name)),
        };
    }

    /// <summary>Loads libtorch, the first time; later calls cost nothing.</summary>
    /// <exception cref="NotSupportedException">The native library cannot be loaded.</exception>
    public static void RequireLibTorch()
    {
        try
        {
            _ = get_num_threads();
        }
        catch (Exception exception) when (
            exception is TypeInitializationException or DllNotFoundException or NotSupportedException or BadImageFormatException)
        {
            throw new NotSupportedException(
                "libtorch, which TorchSharp runs on, could not be loaded. Add the package TorchSharp-cpu (or TorchSharp-cuda-linux, "
                + "TorchSharp-cuda-windows) to the program that uses Ddpo.Audio. Cause: " + CauseOf(exception),
                exception);
        }
    }

    /// <summary>Why a native library could not be loaded, without the list of every path that the loader tried.</summary>
    public static string CauseOf(Exception exception) => (exception.InnerException ?? exception).Message.Split('\n')[0].TrimEnd();
}
