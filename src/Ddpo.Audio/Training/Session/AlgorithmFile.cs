using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Training.Session;

/// <summary>The tensors that an algorithm remembers, in a file of a checkpoint; no file when there are none.</summary>
internal static class AlgorithmFile
{
    private const string FileName = "algorithm.safetensors";

    /// <summary>Writes them.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (tensors.Count > 0)
        {
            SafetensorsWriter.Write(Path.Combine(folder, FileName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        }
    }

    /// <summary>Fills them with what was written.</summary>
    /// <exception cref="CheckpointException">The file does not fit.</exception>
    public static void Read(string folder, IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (tensors.Count == 0)
        {
            return;
        }

        using var noGradient = no_grad();
        using var source = CheckpointFile.Open(Path.Combine(folder, FileName));
        foreach (var (name, tensor) in tensors)
        {
            source.CopyTo(name, tensor);
        }
    }
}
