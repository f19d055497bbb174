using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>benchmarks/Speed, with as few runs as it can do.</summary>
public sealed class SpeedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_measures_parts_beside_their_floor_and_writes_tables()
    {
        var (code, output, error) = await SpeedAsync("--Parts:0", "forward", "--Parts:1", "vocoder", "--Batches:0", "1");
        Assert.True(code == 0, error + output);

        var rows = await RowsAsync();
        Assert.Equal(["forward", "forward", "vocoder", "vocoder"], rows.Select(row => row["part"]));
        Assert.All(rows, row => Assert.True(Number(row["ours_ms"]) > 0));
        foreach (var row in rows.Where(row => row["part"] == "forward"))
        {
            Assert.Equal("its products alone", row["reference"]);
            Assert.Equal(Number(row["ours_ms"]) / Number(row["reference_ms"]), Number(row["ratio_of_medians"]), 0.01);
            Assert.Equal(row["ratio_of_medians"], row["median_of_ratios"]); // of one turn
            Assert.True(Number(row["gflop"]) > 0.1 && Number(row["gflop_per_s"]) > 0);
        }

        Assert.Contains("| forward | bf16, batch 1 (", await File.ReadAllTextAsync(_folder["speed.md"]), StringComparison.Ordinal);
    }

    [FixtureFact("golden/unet/even_height.safetensors")]
    public async Task It_measures_a_traced_UNet_beside_ours()
    {
        using var peer = new TemporaryFolder().Copy(Fixtures.Path("golden", "unet"), "even_height.safetensors");
        // Not the UNet, but as it would be called: the last name is not diffusers', so that this argument gets what is left.
        File.Move(peer["even_height.safetensors"], peer["io.safetensors"]);
        Directory.CreateDirectory(peer["unet"]);
        foreach (var file in Directory.GetFiles(Fixtures.Path("tiny-audioldm2", "unet")))
        {
            File.Copy(file, Path.Combine(peer["unet"], Path.GetFileName(file)));
        }

        TracedFile.Write(
            peer["unet_traced.pt"],
            ["sample", "timestep", "encoder_hidden_states", "encoder_hidden_states_1", "mask"],
            "torch.mul(torch.mul(sample, self.scale), torch.add(torch.mean(encoder_hidden_states), torch.mean(encoder_hidden_states_1)))");
        var (code, output, error) = await SpeedAsync([("DDPO_PEER", peer.Root)], "--Parts:0", "peer");
        Assert.True(code == 0, error + output);
        Assert.Contains("takes sample, timestep, encoder_hidden_states, encoder_hidden_states_1, mask = encoder_attention_mask_1", output, StringComparison.Ordinal);

        var rows = await RowsAsync();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.True(Number(row["reference_ms"]) > 0));
        var differences = Regex.Match(rows[0]["remark"], "outputs differ by (.*) at most, ours and output by (.*)$").Groups;
        Assert.True(Number(differences[1].Value) > 0.1);
        Assert.True(Number(differences[2].Value) < 1e-3);
    }

    [Fact]
    public async Task What_it_lacks_is_said()
    {
        var (code, _, error) = await SpeedAsync("--Parts:0", "forwards");
        Assert.Equal(1, code);
        Assert.Contains("Found forwards among the parts; expected some of forward, training,", error, StringComparison.Ordinal);

        (code, _, error) = await SpeedAsync([("DDPO_PEER", "")], "--Parts:0", "peer", "--Parts:1", "text", "--PublishedSize", "true");
        Assert.True(code == 0, error);
        var rows = await RowsAsync();
        Assert.All(rows, row => Assert.Equal("", row["ours_ms"]));
        Assert.StartsWith("not measured: DDPO_PEER names no folder", rows[0]["remark"], StringComparison.Ordinal);
        Assert.StartsWith("not measured: needs a checkpoint", rows[^1]["remark"], StringComparison.Ordinal);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private Task<(int Code, string Output, string Error)> SpeedAsync(params string[] arguments) => SpeedAsync([], arguments);

    private Task<(int Code, string Output, string Error)> SpeedAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(SampleProgram.Folder("Speed", "benchmarks"), "Speed"), ["--Output", _folder.Root, "--Repeats", "1", "--WarmUps", "1", .. arguments]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return SampleProgram.RunAsync(start);
    }

    private async Task<List<Dictionary<string, string>>> RowsAsync()
    {
        var lines = await File.ReadAllLinesAsync(_folder["speed.csv"]);
        return [.. lines.Skip(1).Select(line => Cells(lines[0]).Zip(Cells(line)).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    private static IEnumerable<string> Cells(string line) => Regex.Matches(line, @"(?:^|,)(?:""((?:[^""]|"""")*)""|([^,]*))").Select(cell => cell.Groups[1].Value + cell.Groups[2].Value);
}
