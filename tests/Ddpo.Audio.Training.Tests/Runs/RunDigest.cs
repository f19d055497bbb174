using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Tests.Training.Runs;

/// <summary>What two runs must have in common to be the same run: all but seconds and paths.</summary>
internal static class RunDigest
{
    /// <summary>A line for each file of the checkpoint after so many epochs and of the samples, with a hash of its content.</summary>
    public static string Of(string run, int epochs)
    {
        var checkpoint = Path.Combine(run, "checkpoints", $"epoch-{epochs:0000}");
        var state = JsonNode.Parse(File.ReadAllText(Path.Combine(checkpoint, "trainer_state.json")))!.AsObject();
        state.Remove("settings");
        string[] tensors = [.. Directory.GetFiles(checkpoint, "*.safetensors").Order(StringComparer.Ordinal)];
        string[] samples = [.. Directory.GetFiles(Path.Combine(run, "samples", $"epoch-{epochs:0000}")).Order(StringComparer.Ordinal)];
        return string.Join('\n',
        [
            state.ToJsonString(),
            .. tensors.Concat(samples).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"),
            .. File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(WithoutSeconds),
        ]);
    }

    private static string WithoutSeconds(string line)
    {
        var epoch = JsonNode.Parse(line)!.AsObject();
        epoch.Remove("seconds");
        return epoch.ToJsonString();
    }
}
