using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Scaling;

/// <summary>
/// Measures runs of the quickstart on some ranks and threads, in turns, and writes their medians to docs/scaling.md. Every rank has as many cores as threads:
/// scoring and the runtime's compiler have threads of their own, with which one rank would use a second core, too.
/// </summary>
internal static class Table
{
    private const string Target = "docs/scaling.md";

    /// <summary>Measures, and writes.</summary>
    /// <param name="wanted">Algorithms, and how many runs of each kind: <c>ddpo:5</c>.</param>
    public static async Task<int> WriteAsync(string[] wanted)
    {
        var runs = wanted.Select(one => one.Split(':')).ToDictionary(one => one[0], one => int.Parse(one[1], CultureInfo.InvariantCulture));
        // Two threads on one rank are what two ranks compete with; more where there are cores.
        List<Kind> kinds = [new(1, 1), new(1, Math.Min(2, Environment.ProcessorCount)), new(2, 1)];
        if (Environment.ProcessorCount >= 4)
        {
            kinds.AddRange([new(1, 4), new(4, 1)]);
        }

        var times = new Dictionary<(string Algorithm, Kind Kind), List<RunTime>>();
        var folder = Directory.CreateTempSubdirectory("scaling-").FullName;
        try
        {
            for (var turn = 0; turn < runs.Values.Max(); turn++)
            {
                foreach (var algorithm in runs.Keys.Where(algorithm => turn < runs[algorithm]))
                {
                    foreach (var kind in kinds.Distinct())
                    {
                        var time = await RunAsync(kind, "run", algorithm, folder);
                        if (time is null)
                        {
                            return 1;
                        }

                        times.TryAdd((algorithm, kind), []);
                        times[(algorithm, kind)].Add(time);
                        Console.WriteLine(Invariant($"{turn + 1}/{runs[algorithm]}  {algorithm,-6} {kind}: {time.Seconds:F1} s, of which {time.Together:F1} s with others"));
                    }
                }
            }

            var parts = await ReadAsync(new(2, 1), "parts");
            await File.WriteAllTextAsync(Path.Combine(Repository(), Target), Text(kinds, times, parts));
            Console.WriteLine($"wrote {Target}");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(List<Kind> kinds, Dictionary<(string Algorithm, Kind Kind), List<RunTime>> times, string parts)
    {
        var text = new StringBuilder(Invariant($"""
            # What several ranks take

            Runs of the quickstart (`samples/Quickstart`), loading and validation included, on a machine with {Environment.ProcessorCount} cores: medians of several runs of each
            kind, in turns, from process start to end. Every rank is bound to as many cores as it has threads. Efficiency is the time of one rank of one thread, over the ranks times the time. *With others* is the share of rank 0's
            time in operations with other ranks: waiting for them, and moving data. Made by `dotnet run -c Release --project benchmarks/Scaling -- table`;
            [distributed.md](distributed.md) says what is shared out and sent.

            | algorithm | ranks | threads each | runs | seconds | of 1 × 1 | efficiency | with others | operations an epoch | KiB an epoch from rank 0 |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|

            """));
        foreach (var algorithm in times.Keys.Select(key => key.Algorithm).Distinct())
        {
            var single = Median(times[(algorithm, kinds[0])], time => time.Seconds);
            foreach (var kind in kinds.Distinct())
            {
                var own = times[(algorithm, kind)];
                var seconds = Median(own, time => time.Seconds);
                var epochs = Samples.Algorithms.Read(algorithm).Training.NumEpochs;
                text.AppendLine(Invariant(
                    $"| {algorithm} | {kind.Ranks} | {kind.Threads} | {own.Count} | {seconds:F1} | {seconds / single:F2} | {single / (kind.Ranks * kind.Threads) / seconds:P0} | {Median(own, time => time.Together / time.Seconds):P1} | {Median(own, time => time.Operations) / epochs:F0} | {Median(own, time => time.Bytes) / epochs / 1024:F0} |"));
            }
        }

        return text.Append(Invariant($"""

            ## The operations, on 2 ranks of this machine

            Medians of 15, after a barrier.

            ```
            {parts.TrimEnd()}
            ```

            """)).ToString();
    }

    private static async Task<RunTime?> RunAsync(Kind kind, string command, string algorithm, string folder)
    {
        var output = await ReadAsync(kind, command, algorithm, Path.Combine(folder, "run"));
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(TimedRun.Mark, StringComparison.Ordinal));
        return line is null ? null : JsonSerializer.Deserialize<RunTime>(line[TimedRun.Mark.Length..]);
    }

    private static async Task<string> ReadAsync(Kind kind, params string[] arguments)
    {
        string[] own = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Scaling.dll"), .. arguments];
        var start = kind.Ranks == 1
            ? new ProcessStartInfo("taskset", ["-c", string.Join(',', Enumerable.Range(0, kind.Threads)), .. own])
            : new ProcessStartInfo("mpirun", ["--bind-to", "core", "-n", $"{kind.Ranks}", .. own]);
        foreach (var (name, value) in new[]
        {
            ("OMP_NUM_THREADS", $"{kind.Threads}"),
            ("TERM", "dumb"), // mpirun gives its ranks a terminal
            ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
            ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
            ("MALLOC_ARENA_MAX", "1"),
            ("MALLOC_MMAP_MAX_", "0"),
            ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
            ("MALLOC_TOP_PAD_", "67108864"),
        })
        {
            start.Environment[name] = value;
        }

        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine($"{string.Join(' ', arguments)} on {kind} ended with {process.ExitCode}: {output}");
        }

        return output.Replace("\r", "", StringComparison.Ordinal);
    }

    private static double Median(IEnumerable<RunTime> times, Func<RunTime, double> select)
    {
        double[] sorted = [.. times.Select(select).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ddpo.Audio.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The repository is not above the program.");
        }

        return folder.FullName;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Ranks, and the threads of each.</summary>
    private sealed record Kind(int Ranks, int Threads)
    {
        public override string ToString() => $"{Ranks} x {Threads}";
    }
}
