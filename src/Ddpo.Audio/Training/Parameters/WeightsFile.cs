using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>A set of trained weights in a file of a checkpoint, all in a row.</summary>
internal static class WeightsFile
{
    /// <summary>What the optimizer works on, where the checkpoint's adapter is its average.</summary>
    public const string Trained = "trained.safetensors";

    /// <summary>The values of the checkpoint's adapter, where that has them multiplied by its strength, and so rounded.</summary>
    public const string Exact = "exact.safetensors";

    /// <summary>Those of the best validation round.</summary>
    public const string Best = "best.safetensors";

    private const string Key = "values";

    /// <summary>Writes a set.</summary>
    public static void Write(string folder, string name, Tensor values) => SafetensorsWriter.Write(
        Path.Combine(folder, name), new Dictionary<string, Tensor> { [Key] = values }, new Dictionary<string, string> { ["format"] = "pt" });

    /// <summary>Whether there is such a file.</summary>
    public static bool Exists(string folder, string name) => File.Exists(Path.Combine(folder, name));

    /// <summary>Fills <paramref name="values"/> with what was written.</summary>
    /// <exception cref="CheckpointException">The file does not fit.</exception>
    public static void Read(string folder, string name, Tensor values)
    {
        using var noGradient = no_grad();
        using var source = CheckpointFile.Open(Path.Combine(folder, name));
        source.CopyTo(Key, values);
    }
}
