using System.Runtime.InteropServices;

namespace Ddpo.Audio.Runtime;

/// <summary>libtorch's words for too little memory, as the exception of .NET that says so.</summary>
internal static class MemoryFailure
{
    private static readonly string[] s_words =
        ["can't allocate memory", "not enough memory", "out of memory", "CUDA_ERROR_OUT_OF_MEMORY", "CUBLAS_STATUS_ALLOC_FAILED", "Storage size calculation overflowed"];

    /// <summary>Whether an exception of libtorch's means that.</summary>
    public static bool Is(Exception exception) =>
        exception is ExternalException && Array.Exists(s_words, word => exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    public static InsufficientMemoryException Of(Exception exception) => new(
        "There is not enough memory for this work. Make the clips shorter (Duration) or fewer at once (BatchSize, NumWaveformsPerPrompt), or use a machine or a device "
        + $"with more. libtorch says: {FirstLine(exception.Message)}",
        exception);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
