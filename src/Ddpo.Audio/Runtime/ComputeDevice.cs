using System.Globalization;
using System.Runtime.InteropServices;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Runtime.LibTorch;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Runtime;

/// <summary>Finds the device that a user named, or says clearly what is missing.</summary>
internal static class ComputeDevice
{
    /// <summary>The names of devices, for the annotations of settings, and what to say of others.</summary>
    public const string NamePattern = "cpu|cuda(:[0-9]{1,4})?", ExpectedName = "expected cpu, cuda or cuda:N.";

    private static readonly Lock s_loading = new();

    private static volatile bool s_isLoaded;
    private static string? s_remark;
    private static bool s_toldOfConvolutions;

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
        index = name == "cuda" && count > 0 ? index % count : index; // ranks of one machine share devices when there are fewer
        if (index >= count)
        {
            throw new NotSupportedException(
                $"Device '{name}' was asked for, but libtorch sees {count} CUDA devices. Use device 'cpu', or check the driver "
                + "(nvidia-smi) and reference TorchSharp-cuda-linux or TorchSharp-cuda-windows instead of TorchSharp-cpu.");
        }

        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>
    /// The number of the CUDA device that <c>cuda</c> or <c>cuda:N</c> names, there or not; null for <c>cpu</c>. <c>cuda</c> alone is the first, and in a job of
    /// several processes that of this one's number on its machine.
    /// </summary>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    public static int? CudaIndex(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = 0;
        return name switch
        {
            "cpu" => null,
            "cuda" => OwnOf(LaunchedRank.Find(Environment.GetEnvironmentVariable), Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")),
            _ when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index) => index,
            _ => throw new ArgumentException($"Expected device 'cpu', 'cuda' or 'cuda:N', found '{name}'.", nameof(name)),
        };
    }

    /// <summary>The device of a rank: by its number on the machine, unless its launcher shows it fewer devices.</summary>
    public static int OwnOf(LaunchedRank? launched, string? visible)
    {
        var rank = launched is { Size: > 1 } ? launched.LocalRank : 0;
        return string.IsNullOrEmpty(visible) ? rank : rank % visible.Split(',').Length;
    }

    /// <summary>Loads libtorch, the first time; later calls cost nothing.</summary>
    /// <exception cref="NotSupportedException">The native library cannot be loaded; the message says why and what to do.</exception>
    public static void RequireLibTorch()
    {
        if (s_isLoaded)
        {
            return;
        }

        lock (s_loading)
        {
            Load();
            s_isLoaded = true;
        }
    }

    /// <summary>Tells a log, the first that listens, what had to be done to run libtorch here, if anything had.</summary>
    public static void LogRemark(ILogger logger)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        if (Interlocked.Exchange(ref s_remark, null) is { } remark)
        {
            Log.LibTorchAdapted(logger, remark);
        }

        if (Convolution.MustFillUp && !Interlocked.Exchange(ref s_toldOfConvolutions, true))
        {
            Log.ChannelsFilledUp(logger);
        }
    }

    /// <summary>Why a native library could not be loaded, without advice on tools and the list of every path that the loader tried.</summary>
    public static string CauseOf(Exception exception)
    {
        exception = exception.InnerException ?? exception;
        var line = exception.Message.Split('\n')[0].TrimEnd();
        return exception is DllNotFoundException ? line.Split(" In order to help")[0] : line;
    }

    private static void Load()
    {
        TorchFiles? files = null;
        string? remark = null;
        try
        {
            if (LoadedLibrary.IsKnown && LoadedLibrary.Find(TorchFiles.Bridge) == 0)
            {
                files = TorchFiles.OfThisProgram();
                files.Check();
                s_remark = remark = OldCppRuntime.AdaptedTorchSharp.LoadWhereNeeded(files);
            }

            _ = get_num_threads();
            ThreadLimit.Loaded();
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or BadImageFormatException)
        {
            // What TorchSharp says is about its last attempt, not about the first.
            var cause = exception is not TypeInitializationException ? CauseOf(exception)
                : remark is null ? files?.Refusal() ?? CauseOf(exception)
                : "TorchSharp was used before Ddpo.Audio, failed, and tries only once in a process: load a pipeline or a reward first. " + remark;
            throw new NotSupportedException(
                $"libtorch, which TorchSharp runs on, could not be loaded on {RuntimeInformation.RuntimeIdentifier}. The program that uses Ddpo.Audio needs the "
                + "package TorchSharp-cpu (for linux-x64, win-x64 and osx-arm64), TorchSharp-cuda-linux or TorchSharp-cuda-windows. Cause: " + cause,
                exception);
        }
    }
}
