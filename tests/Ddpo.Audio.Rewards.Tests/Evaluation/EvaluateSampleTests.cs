using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Evaluation;

/// <summary>samples/Evaluate, as a user runs it.</summary>
public sealed class EvaluateSampleTests : IDisposable
{
    // Needs no model, so the program starts at once.
    private static readonly string[] s_loudnessOnly =
        ["--Rewards:clap_score", "false", "--Rewards:emo_score", "false", "--Rewards:loudness"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_options_the_clips_that_come_with_it_are_scored()
    {
        var (code, output, error) = await SampleProgram.RunAsync("Evaluate", "--output", _folder.Root);
        Assert.True(code == 0, error);
        Assert.Matches(@"\n  clap_score +6 +0\.\d{3} ± 0\.\d{3} ", output);
        Assert.Contains("accuracy", output, StringComparison.Ordinal);
        Assert.Equal(
            ["clap_benchmark.csv", "emo_benchmark.csv", "emo_confusion.csv", "summary.csv"],
            Directory.GetFiles(_folder.Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.StartsWith("path,sim_score,", File.ReadLines(_folder["clap_benchmark.csv"]).First(), StringComparison.Ordinal);

        var examples = Directory.GetFiles(Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "examples"), "*.wav");
        var rows = File.ReadAllLines(_folder["emo_benchmark.csv"])[1..];
        Assert.Equal(examples.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal), rows.Select(row => row.Split(',')[0]));
        Assert.All(rows, row => Assert.EndsWith(",ok", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_file_is_reported_and_changes_the_exit_code()
    {
        _folder.Write("in/b.wav", "no audio");
        WaveFile.Write(_folder["in/a.wav"], Tone());
        var (code, output, error) = await RunAsync("--input", _folder["in"], "--prompt", "a tone");
        Assert.Equal(2, code);
        Assert.Matches(@"\n  loudness +1 ", output);
        Assert.StartsWith("b.wav: ", error, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(_folder["out/loudness_benchmark.csv"]).Length);
    }

    [Fact]
    public async Task One_clip_has_no_standard_error_and_audio_of_other_kinds_is_counted()
    {
        _folder.Write("in/b.wave", "");
        _folder.Write("in/c.flac", "");
        WaveFile.Write(_folder["in/a.wav"], Tone());
        var (code, output, error) = await RunAsync("--input", _folder["in"], "--prompt", "a tone");
        Assert.True(code == 0, error);
        Assert.Matches(@"\n  loudness +1 +-?\d", output);
        Assert.DoesNotContain("±", output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
        Assert.Contains("passed over 2 audio files of other kinds than .wav, such as b.wave", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_can_be_scored_is_a_failure_with_a_report()
    {
        _folder.Write("in/b.wav", "no audio");
        var (code, _, _) = await RunAsync("--input", _folder["in"], "--prompt", "a tone");
        Assert.Equal(1, code);
        Assert.True(File.Exists(_folder["out/summary.csv"]));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named_without_a_stack_trace()
    {
        var (code, _, error) = await RunAsync("--input", _folder["nowhere"]);
        Assert.Equal(1, code);
        Assert.Contains(_folder["nowhere"], error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        SampleProgram.RunAsync("Evaluate", [.. s_loudnessOnly, "--output", _folder["out"], .. arguments]);

    private static AudioClip Tone() => new(Enumerable.Range(0, 1600).Select(i => MathF.Sin(i)).ToArray(), 16000);
}
