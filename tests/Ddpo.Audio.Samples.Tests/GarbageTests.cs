using System.Diagnostics;
using System.Globalization;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>samples/Train beside a thread that makes nothing but garbage: no collection frees what libtorch is reading.</summary>
public sealed class GarbageTests : IDisposable
{
    private const string Epochs = "DDPO_GARBAGE_EPOCHS", Runs = "DDPO_GARBAGE_RUNS";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_has_the_same_numbers_when_collections_happen_at_any_instant()
    {
        string[] settings =
        [
            "--settings", _folder.Write("settings.json", $$"""
                {
                  "Seed": 3,
                  "Sampling": { "NumInferenceSteps": 3, "Duration": "00:00:00.32", "BatchSize": 2, "NumBatchesPerEpoch": 2 },
                  "Training": { "NumEpochs": {{Setting(Epochs, 3)}} },
                  "Checkpoints": { "SaveEveryEpochs": 1, "KeepLast": 1, "SaveSamplesEveryEpochs": 1 },
                  "Validation": { "EveryEpochs": 10, "Prompts": [ "a recording of a happy piano solo, high quality" ] }
                }
                """),
        ];
        await TrainAsync(settings, _folder["quiet"], hook: null);
        for (var run = 0; run < Setting(Runs, 1); run++)
        {
            var folder = _folder[$"busy{run}"];
            await TrainAsync(settings, folder, Path.Combine(AppContext.BaseDirectory, "Ddpo.Audio.Testing.dll"));
            Assert.Equal(RunDigest.Of(_folder["quiet"]), RunDigest.Of(folder));
        }
    }

    private static async Task TrainAsync(string[] settings, string folder, string? hook)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(SampleProgram.Folder("Train"), "Train.dll"), .. settings, "--output", folder]);
        start.Environment["DOTNET_STARTUP_HOOKS"] = hook;
        var (code, output, error) = await SampleProgram.RunAsync(start, limit: TimeSpan.FromMinutes(2 + Setting(Epochs, 0)));
        Assert.True(code == 0, error + output);
    }

    // An environment variable makes it more.
    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var given) ? given : usual;
}
