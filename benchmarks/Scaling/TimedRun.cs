using System.Diagnostics;
using System.Text.Json;
using Ddpo.Audio.Samples;

namespace Ddpo.Audio.Scaling;

/// <summary>What a run took, on rank 0.</summary>
/// <param name="Seconds">From the first line of the program to the last, loading included.</param>
/// <param name="Epochs">Of that, in epochs.</param>
/// <param name="Together">Of that, in operations with other ranks: waiting for them, and moving data.</param>
/// <param name="Operations">How many there were.</param>
/// <param name="Bytes">What rank 0 sent.</param>
internal sealed record RunTime(double Seconds, double Epochs, double Together, int Operations, long Bytes);

/// <summary>The quickstart, timed.</summary>
internal static class TimedRun
{
    /// <summary>What the line with the result begins with.</summary>
    public const string Mark = "TIMED ";

    /// <summary>Trains; rank 0 prints what it took.</summary>
    public static async Task RunAsync(ICollective collective, string algorithm, string folder)
    {
        var start = DateTime.UtcNow - Process.GetCurrentProcess().StartTime.ToUniversalTime();
        var clock = Stopwatch.StartNew();
        var timed = new TimedCollective(collective);
        await Quickstart.RunAsync(Algorithms.Read(algorithm), seed: 42, folder, timed, CancellationToken.None);
        if (collective.Rank == 0)
        {
            var epochs = (await File.ReadAllLinesAsync(Path.Combine(folder, "metrics.jsonl")))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seconds").GetProperty("total").GetDouble()).Sum();
            Console.WriteLine(Mark + JsonSerializer.Serialize(new RunTime(
                (start + clock.Elapsed).TotalSeconds, epochs, timed.Time.TotalSeconds, timed.Count, timed.Bytes)));
        }
    }
}
