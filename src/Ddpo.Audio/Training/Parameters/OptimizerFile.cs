using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>AdamW's memory in a file: <c>exp_avg</c> and <c>exp_avg_sq</c> of all weights in a row, and <c>step</c>, as PyTorch names them.</summary>
internal static class OptimizerFile
{
    private const string FileName = "optimizer.safetensors";

    /// <summary>Writes the memory of an optimizer.</summary>
    public static void Write(string folder, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            Path.Combine(folder, FileName),
            new Dictionary<string, Tensor> { ["exp_avg"] = optimizer.ExpAvg, ["exp_avg_sq"] = optimizer.ExpAvgSq, ["step"] = tensor(optimizer.Steps) },
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Puts what was written into the optimizer.</summary>
    /// <exception cref="CheckpointException">The file does not fit.</exception>
    public static void Read(string folder, AdamW optimizer)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var source = CheckpointFile.Open(Path.Combine(folder, FileName));
        source.CopyTo("exp_avg", optimizer.ExpAvg);
        source.CopyTo("exp_avg_sq", optimizer.ExpAvgSq);
        var step = tensor(0L);
        source.CopyTo("step", step);
        optimizer.Steps = step.item<long>();
    }
}
