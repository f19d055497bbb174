using System.Text.Json;
using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>samples/Train and samples/Generate as a user runs them, on the musicbox, with the smallest of numbers.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly string[] s_tiny =
    [
        "--steps", "2", "--duration", "00:00:00.32", "--Sampling:BatchSize", "2", "--Sampling:NumBatchesPerEpoch", "1", "--Ddpo:SkipLastTimesteps", "1",
        "--Prompts:Words:instrument", "piano", "--Validation:Prompts:Words:instrument", "flute", "--Validation:NumClipsPerPrompt", "1",
        "--Validation:EveryEpochs", "1000000", "--seed", "5", "--Checkpoints:SaveSamplesEveryEpochs", "1", "--Rewards:loudness:MetricOnly", "--Rewards:spectral_centroid", "false",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_leaves_an_adapter_and_measurings_and_generating_uses_it()
    {
        var (code, output, error) = await SampleProgram.RunAsync("Train", [.. s_tiny, "--epochs", "2", "--output", _folder["run"]]);
        Assert.True(code == 0, error + output);
        Assert.Contains("validation after 2 epochs: reward", output, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(_folder["run/metrics.jsonl"]).Length);
        Assert.Contains("\"metrics\":{\"loudness\":", File.ReadLines(_folder["run/metrics.jsonl"]).First(), StringComparison.Ordinal);
        Assert.Equal([0, 2], MeasuredAfter());
        Assert.Contains("emo_score accuracy", output, StringComparison.Ordinal);
        Assert.Equal(4, SampleManifest.Read(_folder["run/validation/epoch-0002/samples.jsonl"]).Count);
        Assert.True(File.Exists(_folder["run/checkpoints/epoch-0002/pytorch_lora_weights.safetensors"]));

        // The same run again, from what it wrote, would mix with the first; elsewhere it is the same, bit for bit.
        (code, _, error) = await SampleProgram.RunAsync("Train", "--settings", _folder["run/settings.json"]);
        Assert.Equal(1, code);
        Assert.Contains("has a run already", error, StringComparison.Ordinal);
        Assert.Contains("\"spectral_centroid\": false", await File.ReadAllTextAsync(_folder["run/settings.json"]), StringComparison.Ordinal);
        (code, output, error) = await SampleProgram.RunAsync(
            "Train", "--settings", _folder["run/settings.json"], "--output", _folder["again"]);
        Assert.True(code == 0, error + output);
        Assert.Equal(RunDigest.Of(_folder["run"]), RunDigest.Of(_folder["again"]));
        Assert.Equal(
            await File.ReadAllTextAsync(_folder["run/settings.json"]),
            (await File.ReadAllTextAsync(_folder["again/settings.json"])).Replace(_folder["again"], _folder["run"], StringComparison.Ordinal));

        string[] generate =
        [
            "--adapter", _folder["run"], "--output", _folder["out"], "--steps", "2", "--duration", "00:00:00.32", "--clips", "3",
            "--BatchSize", "4", "--FileName", "{emotion}_{n}", "--Prompts:Words:emotion", "happy", "sad",
        ];
        (code, output, error) = await SampleProgram.RunAsync("Generate", generate);
        Assert.True(code == 0, error + output);
        var samples = SampleManifest.Read(_folder["out/samples.jsonl"]);
        Assert.Equal(["happy_0.wav", "happy_1.wav", "happy_2.wav", "sad_0.wav", "sad_1.wav", "sad_2.wav"], samples.Select(sample => sample.File));
        Assert.Equal(samples.Select(sample => sample.File), Directory.GetFiles(_folder["out"], "*.wav").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal("a recording of a sad piano solo, high quality", samples[^1].Prompt.Text);

        // The same command again tells what to do, before it loads anything.
        (code, output, error) = await SampleProgram.RunAsync("Generate", generate);
        Assert.Equal(1, code);
        Assert.Equal($"The folder '{_folder["out"]}' has 6 WAVs already. Name another with --output, or remove what was generated with --overwrite.", error.TrimEnd());
        Assert.Empty(output);

        _folder.Write("out/mine.wav", "not generated");
        (code, _, error) = await SampleProgram.RunAsync("Generate", [.. generate, "--overwrite"]);
        Assert.Equal(1, code);
        Assert.Contains("mine.wav", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_does_not_say_its_emotion_is_told_of_before_anything_is_loaded_and_takes_no_folder()
    {
        var (code, output, error) = await SampleProgram.RunAsync("Train", "--prompt", "dog barking", "--output", _folder["run"]);
        Assert.Equal(1, code);
        Assert.Contains("Reward 'emo_score' needs to know the emotion that the prompt \"dog barking\" asks for", error, StringComparison.Ordinal);
        Assert.Contains("or leave the reward out: Rewards:emo_score false.", error, StringComparison.Ordinal);
        Assert.Contains("Settings are options, too, such as --Rewards:emo_score.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("loaded", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Theory]
    [InlineData("../{n}", "in which '/' cannot be")]
    [InlineData(".{n}", "as a hidden file's")]
    public async Task A_file_name_that_leaves_the_folder_or_cannot_be_listed_is_refused_before_the_model_is_looked_for(string name, string expected)
    {
        var (code, _, error) = await SampleProgram.RunAsync("Generate", "--FileName", name, "--model", _folder["none"], "--output", _folder["out"]);
        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task An_epoch_is_told_once_one_epoch_is_one_and_a_run_that_is_done_has_nothing_left_to_do()
    {
        string[] run = [.. s_tiny, "--epochs", "1", "--output", _folder["run"]];
        var (code, output, error) = await SampleProgram.RunAsync("Train", run);
        Assert.True(code == 0, error + output);
        Assert.Equal(1, Regex.Count(output, "^epoch +1 ", RegexOptions.IgnoreCase | RegexOptions.Multiline));
        Assert.Contains($"training in {_folder["run"]} for 1 epoch\n", output, StringComparison.Ordinal);
        Assert.Contains("validation before training: reward ", output, StringComparison.Ordinal);
        Assert.Contains("validation after 1 epoch: reward ", output, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b[01] (epochs|clips|samples|WAVs)\b", output);
        Assert.DoesNotMatch(@"\b(kl|clipped)\b", output); // of a single update both are 0, whatever it learns

        (code, output, error) = await SampleProgram.RunAsync("Train", [.. run, "--resume", "latest"]);
        Assert.True(code == 0, error + output);
        Assert.Contains("nothing was left to do: the run ended after 1 epoch.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrote", output, StringComparison.Ordinal);

        (code, output, error) = await SampleProgram.RunAsync("Train", [.. s_tiny, "--epochs", "2", "--output", _folder["run"], "--resume", "latest"]);
        Assert.True(code == 0, error + output);
        Assert.Contains($"going on in {_folder["run"]} after 1 epoch of 2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing was left", output, StringComparison.Ordinal);
        Assert.Contains("wrote", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grpo")]
    [InlineData("draft")]
    [InlineData("nft")]
    public async Task Another_algorithm_is_one_option_away(string algorithm)
    {
        string[] settings = ["--algorithm", algorithm, "--Grpo:SamplesPerPrompt", "2", "--Nft:SamplesPerPrompt", "2", "--Nft:DrawsPerSample", "2"];
        var (code, output, error) = await SampleProgram.RunAsync("Train", [.. s_tiny, .. settings, "--epochs", "1", "--output", _folder["run"]]);
        Assert.True(code == 0, error + output);
        var said = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["run/settings.json"])).RootElement.GetProperty("Algorithm").GetString();
        Assert.Equal(algorithm, said, ignoreCase: true);
        Assert.True(File.Exists(_folder["run/checkpoints/epoch-0001/pytorch_lora_weights.safetensors"]));
    }

    [Fact]
    public async Task Interrupted_training_keeps_what_it_has_learnt()
    {
        var (code, output, error) = await SampleProgram.InterruptAsync(
            "epoch   1", "Train", [.. s_tiny, "--epochs", "100000", "--output", _folder["run"]]);
        Assert.True(code == 130, error + output);
        Assert.Contains("--resume latest", output, StringComparison.Ordinal);
        var done = File.ReadAllLines(_folder["run/metrics.jsonl"]).Length;
        Assert.True(File.Exists(_folder[$"run/checkpoints/epoch-{done:0000}/pytorch_lora_weights.safetensors"]));

        (code, output, error) = await SampleProgram.RunAsync(
            "Train", [.. s_tiny, "--epochs", $"{done + 2}", "--output", _folder["run"], "--resume", "latest"]);
        Assert.True(code == 0, error + output);
        Assert.Equal(done + 2, File.ReadAllLines(_folder["run/metrics.jsonl"]).Length);
        Assert.Equal([0, done + 2], MeasuredAfter());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Interrupted_generating_lists_what_it_has_written(string signal)
    {
        var (code, output, error) = await SampleProgram.InterruptAsync(
            signal, "0000.wav", "Generate", ["--output", _folder["out"], "--steps", "2", "--duration", "00:00:00.32", "--clips", "100000", "--BatchSize", "2"]);
        Assert.True(code == 130, error + output);
        var written = Directory.GetFiles(_folder["out"], "*.wav").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
        Assert.Equal(written, SampleManifest.Read(_folder["out/samples.jsonl"]).Select(sample => sample.File));
    }

    [Fact]
    public async Task Clips_that_this_machine_cannot_hold_are_refused_in_one_line()
    {
        var (code, _, error) = await SampleProgram.RunAsync("Generate", "--output", _folder["out"], "--duration", "00:10:00", "--BatchSize", "100000", "--clips", "100000");
        Assert.Equal((1, 1), (code, error.Trim().Split('\n').Length));
        Assert.Matches("^100000 clips of 600 s at once take about [0-9]+ GB, and this machine has", error);
    }

    private IEnumerable<int> MeasuredAfter() =>
        File.ReadAllLines(_folder["run/validation.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("epochs").GetInt32());
}
