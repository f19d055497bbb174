using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>samples/Train as a process that is killed, or whose disk is full: what is written can be read, and gone on with.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const int Epochs = 12;
    private const string Kills = "DDPO_KILLS";

    private readonly TemporaryFolder _folder = new();
    private string[] _settings;

    public KilledTrainingTests() => _settings = ["--settings", _folder.Write("settings.json", $$"""
        {
          "Seed": 5,
          "Prompts": { "Words": { "emotion": [ "happy", "sad" ], "instrument": [ "piano" ] } },
          "Sampling": { "NumInferenceSteps": 2, "Duration": "00:00:00.32", "BatchSize": 2, "NumBatchesPerEpoch": 1 },
          "Training": { "NumEpochs": {{Epochs}}, "LearningRate": 0.01 }, "Ddpo": { "SkipLastTimesteps": 0 },
          "Rewards": { "clap_score": false, "emo_score": false, "loudness": true },
          "Checkpoints": { "SaveEveryEpochs": 1, "KeepLast": 3, "SaveSamplesEveryEpochs": 1 },
          "Validation": { "EveryEpochs": 4, "Prompts": [ "a recording of a happy piano solo, high quality" ] }
        }
        """)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ddpo", 6)]
    [InlineData("nft", 4)] // whose old policy is a second set of weights
    public async Task A_run_that_is_killed_again_and_again_is_in_the_end_the_run_that_was_not(string algorithm, int kills)
    {
        _settings =
        [
            .. _settings, "--algorithm", algorithm, "--Nft:SamplesPerPrompt", "2", "--Nft:DrawsPerSample", "2", "--Nft:OldPolicyDecay:PerUpdate", "0.1",
            "--Training:Ema:UpdateEvery", "2", "--Training:LearningRateSchedule", "Cosine", "--Stopping:Best",
        ];
        var (code, output, error) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder["whole"]]);
        Assert.True(code == 0, error + output);

        // An environment variable makes it many; here some, half of them while a checkpoint is being written.
        kills = int.TryParse(Environment.GetEnvironmentVariable(Kills), CultureInfo.InvariantCulture, out var given) ? given : kills;
        var random = new Random(1);
        for (var i = 0; i < kills; i++)
        {
            await KillAsync(whileWriting: i % 2 == 0, TimeSpan.FromMilliseconds(random.Next(i % 2 == 0 ? 15 : 600)));
            AssertEveryCheckpointIsWhole(_folder["killed"]);
        }

        (code, output, error) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder["killed"], "--resume", "latest"]);
        Assert.True(code == 0, error + output);
        Assert.Equal(RunDigest.Of(_folder["whole"]), RunDigest.Of(_folder["killed"]));
        Assert.Empty(Directory.GetDirectories(_folder["killed"], "*.partial", SearchOption.AllDirectories));
    }

    [FullDiskFact]
    public async Task A_full_disk_stops_the_run_with_its_last_checkpoint_intact_and_it_goes_on_when_there_is_room()
    {
        var (code, output, error) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder["whole"]]);
        Assert.True(code == 0, error + output);
        var checkpoint = new DirectoryInfo(_folder[$"whole/checkpoints/epoch-{Epochs:0000}"]).GetFiles().Sum(file => file.Length);

        // A disk of its own with room for a few checkpoints; what is on it at the end is copied, for it goes with the process.
        const string Script = """
            set -e
            disk=$1 copy=$2 size=$3; shift 3
            mkdir "$disk"; mount -t tmpfs -o "size=$size" tmpfs "$disk"
            code=0; "$@" --output "$disk" || code=$?
            cp -r "$disk/." "$copy"; exit $code
            """;
        Directory.CreateDirectory(_folder["copy"]);
        var start = new ProcessStartInfo(
            "unshare",
            [
                "--mount", "--map-root-user", "sh", "-c", Script, "sh", _folder["disk"], _folder["copy"], $"{6 * checkpoint}",
                "dotnet", Path.Combine(SampleProgram.Folder("Train"), "Train.dll"), .. _settings, "--Checkpoints:KeepLast", "100",
            ]);
        (code, output, error) = await SampleProgram.RunAsync(start);
        Assert.True(code == 1, error + output);
        Assert.Contains("free space", error, StringComparison.Ordinal);
        AssertEveryCheckpointIsWhole(_folder["copy"]);
        Assert.NotEmpty(Directory.GetDirectories(_folder["copy/checkpoints"]));

        (code, output, error) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", _folder["copy"], "--resume", "latest"]);
        Assert.True(code == 0, error + output);
        Assert.Equal(RunDigest.Of(_folder["whole"]), RunDigest.Of(_folder["copy"]));
    }

    [Fact]
    public async Task A_second_process_is_refused_before_it_loads_anything_until_the_first_is_gone_however_it_goes()
    {
        var run = _folder["shared"];
        using var first = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(SampleProgram.Folder("Train"), "Train.dll"), .. _settings, "--output", run, "--epochs", "100000"]) { RedirectStandardOutput = true })!;
        var reading = first.StandardOutput.ReadToEndAsync();
        try
        {
            var patience = Stopwatch.StartNew();
            while (!first.HasExited && EpochsOf(run) == 0)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "the run makes no progress");
                await Task.Delay(10);
            }

            foreach (var how in new[] { "--resume=latest", "--overwrite" })
            {
                var (refused, told, problem) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", run, how]);
                Assert.Equal(1, refused);
                Assert.Contains("is in use by another trainer", problem, StringComparison.Ordinal);
                Assert.DoesNotContain("loaded the model", told, StringComparison.Ordinal);
            }
        }
        finally
        {
            first.Kill(); // SIGKILL
            await first.WaitForExitAsync();
            await reading;
        }

        var (code, output, error) = await SampleProgram.RunAsync("Train", [.. _settings, "--output", run, "--resume", "latest", "--epochs", $"{EpochsOf(run) + 1}"]);
        Assert.True(code == 0, error + output);
    }

    /// <summary>Lets the run go on, and kills it a moment after it writes a checkpoint or has made an epoch.</summary>
    private async Task KillAsync(bool whileWriting, TimeSpan later)
    {
        var run = _folder["killed"];
        var before = EpochsOf(run);
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [Path.Combine(SampleProgram.Folder("Train"), "Train.dll"), .. _settings, "--output", run, "--resume", "latest"])
        {
            RedirectStandardOutput = true,
        })!;
        var reading = process.StandardOutput.ReadToEndAsync();
        var patience = Stopwatch.StartNew();
        bool Reached() => whileWriting
            ? Directory.Exists(Path.Combine(run, "checkpoints")) && Directory.GetDirectories(Path.Combine(run, "checkpoints"), "*.partial").Length > 0
            : EpochsOf(run) > before;
        while (!process.HasExited && !Reached())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "the run makes no progress");
            await Task.Delay(1);
        }

        await Task.Delay(later);
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    private static int EpochsOf(string run) =>
        File.Exists(Path.Combine(run, "metrics.jsonl")) ? File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Length : 0;

    private static void AssertEveryCheckpointIsWhole(string run)
    {
        var checkpoints = Path.Combine(run, "checkpoints");
        foreach (var folder in Directory.Exists(checkpoints) ? Directory.GetDirectories(checkpoints) : [])
        {
            if (folder.EndsWith(".partial", StringComparison.Ordinal))
            {
                continue;
            }

            var files = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "checkpoint.json")))!["files"]!.AsObject();
            Assert.InRange(files.Count, 4, 8); // an average and an old policy have files of their own
            Assert.All(files, file => Assert.Equal(file.Value!["sha256"]!.GetValue<string>(), RunDigest.Hash(Path.Combine(folder, file.Key))));
        }
    }

    /// <summary>A test that needs a small disk of its own.</summary>
    private sealed class FullDiskFactAttribute : FactAttribute
    {
        public FullDiskFactAttribute()
        {
            if (!CanMount())
            {
                Skip = "This machine does not let a process mount a disk of its own (unshare).";
            }
        }

        private static bool CanMount()
        {
            try
            {
                using var probe = Process.Start(new ProcessStartInfo(
                    "unshare", ["--mount", "--map-root-user", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]) { RedirectStandardError = true })!;
                probe.WaitForExit();
                return probe.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
