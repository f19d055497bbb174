using System.Diagnostics;
using System.Globalization;

namespace Ddpo.Audio.Scaling;

/// <summary>Times each operation of a collective.</summary>
internal static class Parts
{
    private const int Times = 15;

    /// <summary>Rank 0 prints the medians.</summary>
    public static async Task RunAsync(ICollective collective)
    {
        foreach (var floats in new[] { 16, 16_384, 131_072, 1_310_720, 10_485_760 })
        {
            var values = new float[floats];
            await PrintAsync(collective, $"sum of {4L * floats} bytes", () => collective.SumAsync(values));
        }

        foreach (var bytes in new[] { 64, 1024, 1_048_576 })
        {
            var (own, all) = (new byte[bytes], new byte[bytes * collective.Size]);
            await PrintAsync(collective, $"all-gather of {bytes} bytes", () => collective.AllGatherAsync(own, all));
            await PrintAsync(collective, $"gather of {bytes} bytes", () => collective.GatherAsync(own, all, 0));
            await PrintAsync(collective, $"broadcast of {bytes} bytes", () => collective.BroadcastAsync(own, 0));
        }

        await PrintAsync(collective, "barrier", () => collective.BarrierAsync());
    }

    private static async Task PrintAsync(ICollective collective, string name, Func<Task> operation)
    {
        await operation(); // makes connections
        var times = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            await collective.BarrierAsync();
            var clock = Stopwatch.StartNew();
            await operation();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        if (collective.Rank == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{collective.Size} ranks  {name,-30} {times.Order().ElementAt(Times / 2),10:F3} ms"));
        }
    }
}
