using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>What two equal runs have in common: the last weights, optimizer and audio to the bit, and everything that was measured but seconds.</summary>
internal static class RunDigest
{
    /// <summary>A line for each file and epoch.</summary>
    public static string[] Of(string run) =>
    [
        .. Directory.GetFiles(Directory.GetDirectories(Path.Combine(run, "checkpoints")).Max(StringComparer.Ordinal)!, "*.safetensors")
            .Concat(new[] { "samples", "validation" }.SelectMany(audio => Directory.GetFiles(Path.Combine(run, audio), "*", SearchOption.AllDirectories)))
            .Order(StringComparer.Ordinal).Select(file => $"{Path.GetRelativePath(run, file)} "
                + (Path.GetFileName(file) == "round.json" ? WithoutSeconds(File.ReadAllText(file)) : Hash(file))),
        .. File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(WithoutSeconds),
    ];

    /// <summary>SHA-256 of a file, in hexadecimal.</summary>
    public static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static string WithoutSeconds(string json)
    {
        var measured = JsonNode.Parse(json)!.AsObject();
        (measured["round"] as JsonObject ?? measured).Remove("seconds");
        return measured.ToJsonString();
    }
}
