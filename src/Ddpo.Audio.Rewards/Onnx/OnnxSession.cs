using Ddpo.Audio.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Ddpo.Audio.Rewards.Onnx;

/// <summary>Opens files in ONNX Runtime, and says what is wrong where that fails.</summary>
internal static class OnnxSession
{
    /// <summary>Opens a file on the CPU, or with the CUDA execution provider; the caller disposes the session.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="ArgumentException">The device is none of these.</exception>
    /// <exception cref="CheckpointException">The file is missing or damaged.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime or the CUDA device is absent; the message says what to do.</exception>
    public static InferenceSession Open(string path, string device)
    {
        var cudaIndex = ComputeDevice.CudaIndex(device);
        if (!File.Exists(path))
        {
            throw new CheckpointException($"There is no file '{path}'. Check the path, and that the model was downloaded completely.");
        }

        using var options = NewOptions();
        if (cudaIndex is { } index)
        {
            AddCuda(options, index, device);
        }

        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new CheckpointException(
                $"ONNX Runtime cannot open '{path}' on device '{device}': {exception.Message} Expected a whole model in ONNX's format; " +
                "download or copy it again.", exception);
        }
    }

    /// <summary>Whether an exception means that the native library cannot be loaded or is another one than was asked for.</summary>
    public static bool IsAbsence(Exception exception) =>
        exception is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    private static SessionOptions NewOptions()
    {
        try
        {
            // Everything that goes wrong comes as an exception; by default it would be written to the console too.
            return new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        }
        catch (Exception exception) when (IsAbsence(exception))
        {
            throw new NotSupportedException(
                "ONNX Runtime's native library could not be loaded. Add the package Microsoft.ML.OnnxRuntime.Gpu, which has it for " +
                $"Windows and Linux on x64, to the program that uses Ddpo.Audio.Rewards. Cause: {ComputeDevice.CauseOf(exception)}",
                exception);
        }
    }

    private static void AddCuda(SessionOptions options, int index, string device)
    {
        try
        {
            options.AppendExecutionProvider_CUDA(index);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException || IsAbsence(exception))
        {
            throw new NotSupportedException(
                $"Device '{device}' was asked for, but ONNX Runtime has no CUDA execution provider here: {ComputeDevice.CauseOf(exception)} Use device " +
                "'cpu', or check the driver (nvidia-smi) and that CUDA, cuDNN and the package Microsoft.ML.OnnxRuntime.Gpu are there.",
                exception);
        }
    }
}
