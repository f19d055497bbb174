using System.Diagnostics;
using System.Globalization;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>This program, started for one run: its memory is then the run's own.</summary>
internal static class StudyProcess
{
    /// <summary>The environment variable that tells a process of the study how many threads it has.</summary>
    public const string Variable = "DDPO_STUDY_THREADS";

    /// <summary>Does a run.</summary>
    /// <returns>Whether it ended well.</returns>
    public static async Task<bool> RunAsync(StudyRun run, StudyOptions options, CancellationToken cancellationToken)
    {
        var threads = Math.Max(1, Environment.ProcessorCount / options.Parallel).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList =
            {
                "--Output", options.Output, "--Tasks:0", run.Task, "--Algorithms:0", run.Algorithm,
                "--Seeds:0", run.Seed.ToString(CultureInfo.InvariantCulture), "--Samples", run.Samples.ToString(CultureInfo.InvariantCulture),
            },
            Environment =
            {
                [Variable] = threads, ["OMP_NUM_THREADS"] = threads,
                ["MALLOC_ARENA_MAX"] = "1", ["MALLOC_MMAP_MAX_"] = "0", ["MALLOC_TRIM_THRESHOLD_"] = "17179869184", // the heap keeps freed memory
            },
        };
        if (run.LearningRate is { } rate)
        {
            start.ArgumentList.Add("--LearningRates:0");
            start.ArgumentList.Add(rate.ToString(CultureInfo.InvariantCulture));
        }

        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
