using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Observers.Html;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Reports;

/// <summary>Made-up runs, of which every number is known.</summary>
internal static class ReportFixture
{
    public static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static JsonObject Settings => new()
    {
        ["seed"] = 5,
        ["sampling"] = new JsonObject { ["num_inference_steps"] = 3, ["negative_prompt"] = "" },
        ["training"] = new JsonObject { ["learning_rate"] = 3e-4, ["per_prompt_stat_tracking"] = new JsonObject { ["buffer_size"] = 16 } },
    };

    public static List<DdpoEpoch> Epochs(int count, string reward = "energy", string metric = "peak") =>
        [.. Enumerable.Range(0, count).Select(i => Epoch(i, reward, metric))];

    public static DdpoEpoch Epoch(int index, string reward = "energy", string metric = "peak")
    {
        var statistics = new RewardStatistics(0.5 + (Math.Sin(index) / 4), 0.125, 0, 1, 8);
        return new DdpoEpoch
        {
            Index = index,
            Reward = statistics,
            Rewards = new Dictionary<string, RewardStatistics> { [reward] = statistics with { Mean = index + 0.25 } },
            Metrics = new Dictionary<string, RewardStatistics> { [metric] = statistics with { Mean = -index } },
            Loss = -0.5,
            Measurements = new Dictionary<string, double>
            {
                [PolicyGradientMeasurements.ApproxKl] = 1e-9 * (index + 1),
                [PolicyGradientMeasurements.ClipFraction] = 0.25,
                [PolicyGradientMeasurements.RatioMean] = 1,
                [PolicyGradientMeasurements.OnPolicyRatioError] = 0,
            },
            GradientNorm = 0.75,
            Updates = 2,
            Seconds = new StageSeconds(3, 1, 2),
        };
    }

    /// <summary>Writes clips of a length that says which they are, and what lists them.</summary>
    public static ValidationRound Round(TemporaryFolder folder, int epochs, params string[] prompts)
    {
        var name = $"validation/epoch-{epochs:0000}";
        SampleEntry[] entries = [.. prompts.Select((prompt, i) => new SampleEntry($"000{i}.wav", prompt)
        {
            Rewards = new Dictionary<string, double> { ["energy"] = 0.5 + epochs },
        })];
        Directory.CreateDirectory(folder[name]);
        foreach (var entry in entries)
        {
            WaveFile.Write(folder[$"{name}/{entry.File}"], new AudioClip(new float[100 + epochs], 16000));
        }

        return new ValidationRound
        {
            Epochs = epochs,
            Folder = folder[name],
            Samples = entries,
            Rewards = new Dictionary<string, RewardStatistics> { ["energy"] = new(0.5 + epochs, 0, 0.5 + epochs, 0.5 + epochs, prompts.Length) },
            Accuracy = new Dictionary<string, Accuracy>(),
            Seconds = 1,
        };
    }

    public static string Page(RunView run)
    {
        using var page = new MemoryStream();
        HtmlReport.Write(page, run);
        return System.Text.Encoding.UTF8.GetString(page.ToArray());
    }

    public static RunView View(int epochs, ClipPlayers? players = null) =>
        new("first", RunState.Running, Time, 20, Epochs(epochs), Settings, players ?? new ClipPlayers(), []);
}
