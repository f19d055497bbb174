using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>benchmarks/Learning with an epoch or two of each algorithm, and few held-out clips.</summary>
public sealed class StudyTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_study_measures_every_algorithm_and_goes_on_where_it_was_stopped()
    {
        var task = _folder.Write("short.json", ShortTask());
        string[] names = [.. Directory.GetFiles(Path.Combine(Fixtures.Repository, "samples", "Quickstart", "algorithms")).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
        Assert.Equal($"{names.Length} runs are left to do", await StudyAsync(task));

        var lines = await File.ReadAllLinesAsync(_folder["study/results.csv"]);
        Assert.Equal((await File.ReadAllLinesAsync(Path.Combine(Fixtures.Repository, "docs", "learning", "results.csv")))[0], lines[0]);
        var columns = lines[0].Split(',');
        var rows = lines.Skip(1).Select(line => columns.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second)).ToList();
        Assert.Equal(names, rows.Select(row => row["algorithm"]).Distinct());
        foreach (var run in rows.GroupBy(row => row["algorithm"]))
        {
            Assert.Equal(("0", 0), (run.First()["samples"], Number(run.First()["clap_gain"])));
            Assert.Equal("short", run.Last()["task"]);
            Assert.InRange(Number(run.Last()["samples"]), 24, 32);
            Assert.NotEqual(0, Number(run.Last()["clap_gain"])); // something was learned, and heard
            Assert.True(Number(run.Last()["cpu_seconds"]) > 0 && Number(run.Last()["peak_mb"]) > 100);
        }

        Assert.Contains("| draft |", await File.ReadAllTextAsync(_folder["study/table.md"]), StringComparison.Ordinal);
        Assert.Contains("ddpo", await File.ReadAllTextAsync(_folder["study/short-32.svg"]), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder["study/runs"]));
        Assert.All(names, name => Assert.True(File.Exists(_folder[$"study/adapters/short-{name}-32-1/pytorch_lora_weights.safetensors"]), name));

        // What is there is not done again; what is missing is, and says the same.
        var draft = _folder["study/rows/short-draft-32-1.json"];
        var said = JsonNode.Parse(await File.ReadAllTextAsync(draft))!;
        File.Delete(draft);
        Assert.Equal("1 runs are left to do", await StudyAsync(task));
        Assert.Equal(
            said.AsArray().Select(row => row!["ClapGain"]!.GetValue<double>()),
            JsonNode.Parse(await File.ReadAllTextAsync(draft))!.AsArray().Select(row => row!["ClapGain"]!.GetValue<double>()));
    }

    private async Task<string> StudyAsync(string task)
    {
        var start = new ProcessStartInfo(
            Path.Combine(SampleProgram.Folder("Learning", "benchmarks"), "Learning"),
            ["--Output", _folder["study"], "--Tasks:0", task, "--Samples", "32", "--Seeds:0", "1", "--Parallel", "2"]);
        var (code, output, error) = await SampleProgram.RunAsync(start, limit: s_limit);
        Assert.True(code == 0, error + output);
        return output.Split('\n')[0];
    }

    private static string ShortTask()
    {
        var path = Path.Combine(Fixtures.Repository, "benchmarks", "Learning", "tasks", "angry.json");
        var task = JsonNode.Parse(File.ReadAllText(path), null, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        task["Validation"]!["NumClipsPerPrompt"] = 1;
        return task.ToJsonString();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
