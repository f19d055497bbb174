using System.Diagnostics;
using System.Text.Json.Nodes;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>The samples under mpirun: results as of one process, and whatever happens to a rank, the job ends and the run goes on.</summary>
public sealed class MpiTrainingTests : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;

    public MpiTrainingTests() => _settings = ["--settings", _folder.Write("settings.json", """
        {
          "Seed": 5,
          "Prompts": { "Words": { "emotion": [ "happy", "sad" ], "instrument": [ "piano" ] } },
          "Sampling": { "NumInferenceSteps": 2, "Duration": "00:00:00.32", "BatchSize": 4, "NumBatchesPerEpoch": 1 },
          "Training": { "NumEpochs": 6, "LearningRate": 0.001 }, "Ddpo": { "SkipLastTimesteps": 0 },
          "Rewards": { "clap_score": false, "emo_score": false, "loudness": true },
          "Checkpoints": { "SaveEveryEpochs": 1, "KeepLast": 3, "SaveSamplesEveryEpochs": 1 },
          "Validation": { "EveryEpochs": 3, "Prompts": [ "a recording of a happy piano solo, high quality" ] }
        }
        """)];

    public void Dispose() => _folder.Dispose();

    [OpenMpiFact]
    public Task Two_ranks_train_generate_and_evaluate_as_one_process_on_Open_MPI() => AssertAsOneAsync(MpiJob.OpenMpi!);

    [MpichFact]
    public Task Two_ranks_train_generate_and_evaluate_as_one_process_on_MPICH() => AssertAsOneAsync(MpiJob.Mpich!);

    [OpenMpiFact]
    public Task Ranks_that_are_killed_leave_the_run_that_was_not_on_Open_MPI() => AssertKilledAsync(MpiJob.OpenMpi!);

    [MpichFact]
    public Task Ranks_that_are_killed_leave_the_run_that_was_not_on_MPICH() => AssertKilledAsync(MpiJob.Mpich!);

    [OpenMpiFact]
    public Task An_interrupted_job_and_one_with_a_hanging_rank_end_and_go_on_on_Open_MPI() => AssertStoppedAsync(MpiJob.OpenMpi!);

    [MpichFact]
    public Task An_interrupted_job_and_one_with_a_hanging_rank_end_and_go_on_on_MPICH() => AssertStoppedAsync(MpiJob.Mpich!);

    [OpenMpiFact]
    public async Task What_two_ranks_cannot_share_out_is_refused_once()
    {
        var (code, output, error, _) = await TrainAsync(MpiJob.OpenMpi!, "run", "--Sampling:BatchSize", "3");
        Assert.Equal(1, code);
        Assert.Contains("The sampling batch (3) must be a multiple of the 2 ranks, which share it out: set BatchSize to 4", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', output); // Open MPI gives ranks a terminal
    }

    private async Task AssertAsOneAsync(string launcher)
    {
        var one = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder["one"]]);
        Assert.True(one.Code == 0, one.Error + one.Output);
        foreach (var run in new[] { "two", "again" })
        {
            var (code, output, error, _) = await TrainAsync(launcher, run);
            Assert.True(MpiJob.IsDone(launcher, code), error + output);
            Assert.Contains(" s on 2 ranks; seed 5", output, StringComparison.Ordinal);
            Assert.Single(output.Split('\n'), line => line.StartsWith("epoch   1  reward", StringComparison.Ordinal)); // of rank 0 alone
        }

        Assert.Equal(RunDigest.Of(_folder["two"]), RunDigest.Of(_folder["again"]));
        var (expected, actual) = (Rewards("one"), Rewards("two"));
        Assert.Equal(expected[0], actual[0], 1e-5 * Math.Max(1, Math.Abs(expected[0])));
        Assert.Equal(expected[^1], actual[^1], 1e-2 * Math.Abs(expected[^1]));

        // Batches go round the ranks, so that clips and scores are the same, bit for bit; the last round has fewer.
        string[] generate =
        [
            "--steps", "2", "--duration", "00:00:00.32", "--clips", "3", "--BatchSize", "2", "--seed", "7", "--adapter", _folder["one"],
            "--Prompts:Words:emotion", "happy", "--Prompts:Words:instrument", "piano",
        ];
        var alone = await SampleProgram.RunAsync("Generate", [.. generate, "--output", _folder["clips"]]);
        Assert.True(alone.Code == 0, alone.Error);
        var shared = await RunAsync(launcher, "Generate", [.. generate, "--output", _folder["shared"]]);
        Assert.True(MpiJob.IsDone(launcher, shared.Code), shared.Error);
        Assert.Equal(Files("clips"), Files("shared"));

        string[] evaluate = ["--Rewards:loudness", "--Rewards:clap_score", "false", "--Rewards:emo_score", "false", "--Options:BatchSize", "1"];
        alone = await SampleProgram.RunAsync("Evaluate", [.. evaluate, "--input", _folder["clips"], "--output", _folder["scores"]]);
        Assert.True(alone.Code == 0, alone.Error);
        shared = await RunAsync(launcher, "Evaluate", [.. evaluate, "--input", _folder["clips"], "--output", _folder["shared-scores"]]);
        Assert.True(MpiJob.IsDone(launcher, shared.Code), shared.Error);
        Assert.Equal(Files("scores"), Files("shared-scores"));
    }

    private async Task AssertKilledAsync(string launcher)
    {
        var (code, output, error, _) = await TrainAsync(launcher, "whole");
        Assert.True(MpiJob.IsDone(launcher, code), error + output);
        var random = new Random(2);
        foreach (var rank in new[] { 1, 0 })
        {
            var (ended, _, _, _) = await DisturbAsync(launcher, "killed", rank, pid => Signal("KILL", pid), TimeSpan.FromMilliseconds(random.Next(300)));
            Assert.NotEqual(0, ended);
        }

        (code, output, error, _) = await TrainAsync(launcher, "killed", "--resume", "latest");
        Assert.True(MpiJob.IsDone(launcher, code), error + output);
        Assert.Equal(RunDigest.Of(_folder["whole"]), RunDigest.Of(_folder["killed"]));
        Assert.Empty(Directory.GetDirectories(_folder["killed"], "*.partial", SearchOption.AllDirectories));

        // On as many as there happen to be.
        var alone = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder["killed"], "--resume", "latest", "--epochs", "7"]);
        Assert.True(alone.Code == 0, alone.Error);
    }

    private async Task AssertStoppedAsync(string launcher)
    {
        // The job as a whole, as a batch system or Ctrl-C does it.
        var (code, _, _, time) = await DisturbAsync(launcher, "stopped", rank: -1, launched => Signal("INT", launched), TimeSpan.Zero);
        Assert.True(code != 0 || launcher == MpiJob.Mpich, "the launcher says that all was done"); // MPICH's says so when it was interrupted, or 2
        Assert.True(time < s_bound, $"it took {time}");
        await AssertGoesOnAsync("stopped");

        (code, _, var error, time) = await DisturbAsync(launcher, "hanging", 1, pid => Signal("STOP", pid), TimeSpan.Zero, timeout: 5);
        Assert.NotEqual(0, code);
        Assert.Contains("Rank 1 (", error, StringComparison.Ordinal);
        Assert.Contains("within 00:00:05", error, StringComparison.Ordinal);
        Assert.True(time < s_bound, $"it took {time}");
        await AssertGoesOnAsync("hanging");
    }

    private async Task AssertGoesOnAsync(string run)
    {
        var done = Rewards(run).Length;
        var (code, output, error) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder[run], "--resume", "latest", "--epochs", $"{done + 1}"]);
        Assert.True(code == 0, error + output);
        Assert.Equal(done + 1, Rewards(run).Length);
    }

    /// <summary>Starts a run without end, lets it do an epoch or two, does something to a rank (or to the launcher), and waits for the job's end.</summary>
    private async Task<(int Code, string Output, string Error, TimeSpan Time)> DisturbAsync(
        string launcher, string run, int rank, Action<int> disturb, TimeSpan later, int timeout = 60)
    {
        var before = Rewards(run).Length;
        var start = MpiJob.Start(
            launcher, 2, Program("Train"), [.. _settings, "--output", _folder[run], "--resume", "latest", .. rank < 0 || timeout < 60 ? new[] { "--epochs", "100000" } : []], timeout);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            var patience = Stopwatch.StartNew();
            while (Rewards(run).Length <= before && !process.HasExited)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "the run makes no progress");
                await Task.Delay(5);
            }

            await Task.Delay(later);
            var clock = Stopwatch.StartNew();
            if (!process.HasExited)
            {
                disturb(rank < 0 ? process.Id : ProcessOf(process.Id, rank));
            }

            using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(over.Token);
            return (process.ExitCode, await output, await error, clock.Elapsed);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The process of a rank: it is below the launcher, and has its number in the environment.</summary>
    private static int ProcessOf(int launcher, int rank) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .Single(id => id > 0 && IsBelow(id, launcher) && Environment(id).Any(entry => entry == $"OMPI_COMM_WORLD_RANK={rank}" || entry == $"PMI_RANK={rank}"));

    private static bool IsBelow(int id, int ancestor)
    {
        for (; id > 1; id = ParentOf(id))
        {
            if (id == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private static int ParentOf(int id) => Read($"/proc/{id}/stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string[] Environment(int id) => Read($"/proc/{id}/environ").Split('\0');

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it is gone
        }
    }

    private static void Signal(string signal, int id)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {id}"]);
        kill.WaitForExit();
    }

    private double[] Rewards(string run)
    {
        var path = Path.Combine(_folder[run], "metrics.jsonl");
        return File.Exists(path) ? [.. Read(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["reward"]!["mean"]!.GetValue<double>())] : [];
    }

    private string[] Files(string folder) =>
    [
        .. Directory.GetFiles(_folder[folder]).Where(file => Path.GetFileName(file) != "settings.json").Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)} {RunDigest.Hash(file)}"),
    ];

    private Task<(int Code, string Output, string Error, TimeSpan Time)> TrainAsync(string launcher, string run, params string[] more) =>
        RunAsync(launcher, "Train", [.. _settings, "--output", _folder[run], .. more]);

    private static Task<(int Code, string Output, string Error, TimeSpan Time)> RunAsync(string launcher, string program, string[] arguments) =>
        MpiJob.RunAsync(launcher, 2, Program(program), arguments);

    private static string Program(string name) => Path.Combine(SampleProgram.Folder(name), name + ".dll");
}
