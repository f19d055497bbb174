using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Training.Policy;

/// <summary>AdamW's memory in a file: <c>exp_avg</c>, <c>exp_avg_sq</c> and <c>step</c> of every parameter, as PyTorch names them.</summary>
internal static class OptimizerFile
{
    private const string FileName = "optimizer.safetensors";

    /// <summary>Writes the memory of <paramref name="policy"/>'s optimizer.</summary>
    public static void Write(string folder, ITrainablePolicy policy, PolicyUpdater updater)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var ((name, _), moments) in policy.NamedParameters.Zip(updater.Moments))
        {
            tensors.Add($"exp_avg.{name}", moments.ExpAvg);
            tensors.Add($"exp_avg_sq.{name}", moments.ExpAvgSq);
            tensors.Add($"step.{name}", tensor(moments.Step));
        }

        SafetensorsWriter.Write(Path.Combine(folder, FileName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Puts what was written into the optimizer.</summary>
    /// <exception cref="CheckpointException">The file does not fit.</exception>
    public static void Read(string folder, ITrainablePolicy policy, PolicyUpdater updater)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var source = CheckpointFile.Open(Path.Combine(folder, FileName));
        foreach (var ((name, _), moments) in policy.NamedParameters.Zip(updater.Moments))
        {
            source.CopyTo($"exp_avg.{name}", moments.ExpAvg);
            source.CopyTo($"exp_avg_sq.{name}", moments.ExpAvgSq);
            var step = tensor(0L);
            source.CopyTo($"step.{name}", step);
            moments.Step = step.item<long>();
        }
    }
}
