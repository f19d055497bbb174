using System.Text.Json;

namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>What the tests send, and how they read what comes back.</summary>
internal static class Bodies
{
    /// <summary>A clip that takes no time.</summary>
    public static object SmallClip(string prompt, string adapter = "") => new { prompt, adapter, steps = 2, seconds = 0.32, seed = 7 };

    /// <summary>A clip that takes a while.</summary>
    public static object LongClip(string prompt) => new { prompt, steps = 200, seconds = 10, guidance = 3.5 };

    /// <summary>A run of short epochs.</summary>
    public static object SmallRun(int epochs, string algorithm = "ddpo", int batchSize = 2, int batches = 1) => new
    {
        algorithm,
        prompts = new[] { "happy piano", "sad piano" },
        epochs,
        steps = 2,
        skipLastSteps = 1,
        seconds = 0.32,
        batchSize,
        batches,
        saveEvery = 1,
        learningRate = 0.1, // to be heard at once
        seed = 1,
    };

    /// <summary>A run whose first epoch takes minutes, of steps that take a moment.</summary>
    public static object LongRun() => new { steps = 200, seconds = 2.56, batchSize = 2, batches = 16 };

    /// <summary>All that problem details say is wrong, by field.</summary>
    public static Dictionary<string, string[]> Errors(JsonElement problem) =>
        problem.GetProperty("errors").Deserialize<Dictionary<string, string[]>>()!;
}
