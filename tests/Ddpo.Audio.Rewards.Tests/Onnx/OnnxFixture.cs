using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Onnx;

/// <summary>What the ONNX files of the fixtures were exported from.</summary>
internal static class OnnxFixture
{
    /// <summary>The task whose EMOPIA network is in <c>emopia.onnx</c>.</summary>
    public static string EmopiaTask { get; } = FindTask();

    private static string FindTask()
    {
        using var golden = RewardGolden.Open("onnx/outputs");
        var description = golden.Json.GetProperty("emopia.onnx").GetProperty("input").GetString()!;
        var match = Regex.Match(description, @"emopia/(?<task>\w+)");
        Assert.True(match.Success, description);
        return match.Groups["task"].Value;
    }
}
