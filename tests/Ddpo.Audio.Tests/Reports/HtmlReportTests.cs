using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Observers.Html;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private const string Attack = "</script></style><img src=x onerror=alert(1)>\" onload='x'";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(1000)]
    public void Every_element_is_closed_where_it_belongs(int epochs)
    {
        using var folder = new TemporaryFolder();
        var players = new ClipPlayers();
        players.Add(ReportFixture.Round(folder, 0, "a sad piano", "a <happy> flute"));
        AssertBalanced(ReportFixture.Page(ReportFixture.View(epochs, players)));
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        using var folder = new TemporaryFolder();
        var players = new ClipPlayers();
        players.Add(ReportFixture.Round(folder, 0, "a sad piano"));
        var page = ReportFixture.Page(ReportFixture.View(12, players));
        Assert.DoesNotContain("http:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.All(Sources().Matches(page), source => Assert.StartsWith("data:audio/wav;base64,", source.Groups[1].Value, StringComparison.Ordinal));
        Assert.Single(Sources().Matches(page));
    }

    [Fact]
    public void Names_and_prompts_and_settings_stay_text()
    {
        using var folder = new TemporaryFolder();
        var players = new ClipPlayers();
        players.Add(ReportFixture.Round(folder, 0, Attack, Attack));
        var page = ReportFixture.Page(new RunView(
            Attack,
            new RunState("failed", Attack),
            ReportFixture.Time,
            9,
            ReportFixture.Epochs(9, reward: Attack, metric: "m" + Attack),
            new JsonObject { [Attack] = Attack, ["group"] = new JsonObject { [Attack] = new JsonArray(Attack) } },
            players,
            []));
        AssertBalanced(page);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" onload='", page, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(Attack), page, StringComparison.Ordinal);
        Assert.Contains(Data(page).SelectMany(chart => chart.Lines), line => line.Name == "mean of the epoch");
    }

    [Fact]
    public void Curves_have_the_numbers_of_the_history()
    {
        var run = ReportFixture.View(25);
        var charts = Data(ReportFixture.Page(run));
        Assert.Equal(2 + 2 + 5 + 1, charts.Count); // the ratio's error is 0
        Assert.All(charts, chart => Assert.Equal(Enumerable.Range(1, 25).Select(number => (double)number), chart.Epochs));
        AssertSame(run.Epochs.Select(epoch => epoch.Reward.Mean), charts[0].Lines[0].Values);
        AssertSame(run.Epochs.Select((_, i) => run.Epochs.Take(i + 1).TakeLast(10).Average(epoch => epoch.Reward.Mean)), charts[0].Lines[1].Values);
        AssertSame(run.Epochs.Select(epoch => epoch.Reward.Std), charts[0].Lines[2].Values);
        AssertSame(run.Epochs.Select(epoch => epoch.Rewards["energy"].Mean), charts[2].Lines[0].Values);
        AssertSame(run.Epochs.Select(epoch => epoch.Metrics["peak"].Mean), charts[3].Lines[0].Values);
        AssertSame(run.Epochs.Select(epoch => epoch[PolicyGradientMeasurements.ApproxKl]), charts[4].Lines[0].Values);
        Assert.Equal(["sampling", "waiting for rewards", "training"], charts[^1].Lines.Select(line => line.Name));
        AssertSame(run.Epochs.Select(epoch => epoch.Seconds.Training), charts[^1].Lines[2].Values);
    }

    [Fact]
    public void The_table_has_the_numbers_too_and_settings_are_listed_by_group()
    {
        var page = ReportFixture.Page(ReportFixture.View(3));
        Assert.Equal(3, Regex.Count(page, "<tr><th scope=\"row\">"));
        Assert.Contains(
            "<tr><th scope=\"row\">3</th><td>0.727 ± 0.125</td><td>2.250 ± 0.125</td><td>-2.000 ± 0.125</td><td>3e-9</td>",
            page.Replace("&#177;", "±", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains("<h3>Sampling</h3>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>num inference steps</dt><dd><bdi>3</bdi></dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>negative prompt</dt><dd><bdi>empty</bdi></dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>per prompt stat tracking: buffer size</dt><dd><bdi>16</bdi></dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>seed</dt><dd><bdi>5</bdi></dd>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lone_reward_is_drawn_and_listed_once()
    {
        var run = ReportFixture.View(0) with
        {
            Epochs = [.. ReportFixture.Epochs(5).Select(epoch => epoch with { Rewards = new Dictionary<string, RewardStatistics> { ["energy"] = epoch.Reward } })],
        };
        var page = ReportFixture.Page(run);
        Assert.Single(Data(page), chart => chart.Lines[0].Values.SequenceEqual(Data(page)[0].Lines[0].Values));
        Assert.Contains("<h3>Reward: energy</h3>", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "<h2>energy</h2>"));
        Assert.Equal(1, Regex.Count(page, "<th scope=\"col\">energy</th>"));
        Assert.DoesNotContain("<th scope=\"col\">reward</th>", page, StringComparison.Ordinal);

        // What is normalised or weighted is another curve than what was given.
        page = ReportFixture.Page(ReportFixture.View(5));
        Assert.Contains("<h3>Reward</h3>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>energy</h3>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_held_out_clips_gained_comes_first_in_reward_and_in_accuracy()
    {
        RewardStatistics Of(double mean, double std) => new(mean, std, 0, 1, 72);
        ValidationRound Round(int epochs, double mean, int correct, ValidationChange? change) => new()
        {
            Epochs = epochs,
            Reward = Of(mean, 0.25),
            Rewards = new Dictionary<string, RewardStatistics> { ["energy"] = Of(mean, 0.25) },
            Accuracy = new Dictionary<string, Accuracy> { ["mood"] = new(72, correct) },
            Change = change,
            Seconds = 1,
        };
        var gain = Of(0.152, 0.028 * Math.Sqrt(71));
        var change = new ValidationChange(
            gain, new Dictionary<string, RewardStatistics> { ["energy"] = gain }, new Dictionary<string, RewardStatistics> { ["mood"] = Of(32 / 72d, 0.0593 * Math.Sqrt(71)) });
        var page = WebUtility.HtmlDecode(ReportFixture.Page(ReportFixture.View(16) with { Rounds = [Round(0, 0.466, 28, null), Round(16, 0.618, 60, change)] }));
        Assert.Contains(
            "On held-out clips, the mean reward went from 0.466 before training to 0.618 after 16 epochs: +0.152 ± 0.028 over 72 clips (5.4 standard errors). "
            + "mood heard what was asked for in 83 % of them instead of 39 %: +44 ± 6 % (7.5 standard errors).",
            page,
            StringComparison.Ordinal);
        Assert.Equal(
            ["Held-out reward: 0.618, +0.152 ± 0.028 since before", "Held-out mood, accuracy: 83 %, +44 ± 6 % since before"],
            Tiles().Matches(page).Take(2).Select(tile => $"{tile.Groups[1].Value}: {tile.Groups[2].Value}, {tile.Groups[3].Value}"));
    }

    [Fact]
    public void Curves_that_are_0_in_every_epoch_are_named_and_not_drawn()
    {
        var page = ReportFixture.Page(ReportFixture.View(3));
        Assert.Contains("0 in every epoch, and not drawn: ratio error.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h3>Ratio error</h3>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>Clip fraction</h3>", page, StringComparison.Ordinal);
        Assert.All(Data(page), chart => Assert.Contains(chart.Lines, line => line.Values.Any(value => value != 0)));
    }

    [Theory]
    [InlineData(3, "mean of the epoch", "mean of all epochs so far")]
    [InlineData(25, "mean of the epoch", "mean of the last 10 epochs, fewer at first")]
    [InlineData(1000, "mean of 3 epochs", "mean of the last 30 epochs, fewer at first")]
    public void A_moving_mean_says_what_it_is_of(int epochs, string each, string moving)
    {
        var (run, chart) = (ReportFixture.View(epochs), Data(ReportFixture.Page(ReportFixture.View(epochs)))[0]);
        Assert.Equal([each, moving], chart.Lines.Take(2).Select(line => line.Name));
        var points = run.Epochs.Select(epoch => epoch.Reward.Mean).Chunk((epochs + 399) / 400).Select(chunk => chunk.Average()).ToList();
        AssertSame(points, chart.Lines[0].Values);
        AssertSame(points.Select((_, i) => points.Take(i + 1).TakeLast(10).Average()), chart.Lines[1].Values);
    }

    [Fact]
    public void Charts_say_what_they_measure_and_what_is_seen_in_them()
    {
        var charts = ReportFixture.Page(ReportFixture.View(25)).Split("<figure class=\"chart").Skip(1).ToList();
        Assert.All(charts, chart =>
        {
            Assert.Matches("\"unit\":\"[a-z][a-z ]+\"", chart);
            Assert.Matches("<div class=\"plot\" role=\"group\" aria-label=\"[^\"]+ over epochs\\. [^\"]+ at first, [^\"]+ at last, from [^\"]+\"></div>", chart);
        });
    }

    [Fact]
    public void Settings_are_in_the_words_and_units_of_people()
    {
        var hash = new string('a', 40);
        var settings = JsonNode.Parse($$"""
            {
              "Algorithm": "Draft", "Draft": { "GradientSteps": 0 }, "Ddpo": { "ClipRange": 0.1 },
              "Pipeline": { "Path": "/cache/models--cvssp--audioldm2-music/snapshots/{{hash}}" },
              "Sampling": { "Duration": "00:00:01.28", "NumInferenceSteps": 5 },
              "Training": { "AdamEpsilon": 1E-08, "BatchSize": 0 },
              "Prompts": { "Texts": [ { "Text": "an angry flute", "Negative": null, "Metadata": { "emotion": "angry" } }, { "Text": "a drum", "Negative": "noise", "Metadata": {} } ], "File": null },
              "Rewards": { "loudness": { "TargetDecibels": -20, "Path": null }, "brightness": { "TargetHertz": 2000 } },
              "Data": { "Digest": "{{hash}}" }
            }
            """)!.AsObject();
        var page = ReportFixture.Page(ReportFixture.View(1) with { Settings = settings });
        var listed = Settings().Matches(page).ToDictionary(setting => setting.Groups[1].Value, setting => Regex.Replace(setting.Groups[2].Value, "</bdi><bdi>", "|"));
        Assert.Equal("1.28 s", listed["duration"]);
        Assert.Equal("5", listed["num inference steps"]);
        Assert.Equal("1e-8", listed["adam epsilon"]);
        Assert.Equal("as in sampling", listed["batch size"]);
        Assert.Equal("all", listed["gradient steps"]);
        Assert.Equal("-20 dB", listed["loudness: target decibels"]);
        Assert.Equal("2000 Hz", listed["brightness: target hertz"]);
        Assert.Equal("an angry flute (emotion angry)|a drum (not: noise)", listed["texts"]);
        Assert.EndsWith("cvssp/audioldm2-music", listed["path"], StringComparison.Ordinal);
        Assert.DoesNotContain("file", listed.Keys);
        Assert.DoesNotContain("clip range", listed.Keys);
        Assert.DoesNotContain(hash, page, StringComparison.Ordinal);
        Assert.Contains("<h3>DRaFT</h3>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:10", "10 s")]
    [InlineData("00:01:30", "90 s")]
    [InlineData("00:10:00", "10 min")]
    [InlineData("03:20:00", "3 h 20 min")]
    [InlineData("1.00:00:00", "24 h")]
    [InlineData("12:30", "12:30")]
    public void Durations_are_as_people_say_them(string setting, string text)
    {
        var page = ReportFixture.Page(ReportFixture.View(1) with { Settings = new JsonObject { ["Duration"] = setting } });
        Assert.Contains($"<dt>duration</dt><dd><bdi>{text}</bdi></dd>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void How_the_run_is_stands_at_the_top()
    {
        Assert.Contains("<title>first: running, 5 of 20 epochs</title>", ReportFixture.Page(ReportFixture.View(5)), StringComparison.Ordinal);
        Assert.Contains("about 90 s to go", ReportFixture.Page(ReportFixture.View(5)), StringComparison.Ordinal);
        Assert.Contains("No epoch is done yet", ReportFixture.Page(ReportFixture.View(0)), StringComparison.Ordinal);
        var stopped = ReportFixture.Page(ReportFixture.View(5) with { State = new RunState("stopped", "the KL is too high") });
        Assert.Contains("5 of 20 epochs: the KL is too high", stopped, StringComparison.Ordinal);
        Assert.DoesNotContain("to go", stopped, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_a_long_run_is_as_small_as_that_of_a_shorter_one()
    {
        var (shorter, longer) = (ReportFixture.Page(ReportFixture.View(400)), ReportFixture.Page(ReportFixture.View(40_000)));
        Assert.InRange(longer.Length, 1, shorter.Length * 1.2);
        Assert.Contains("is the mean of 100 epochs", longer, StringComparison.Ordinal);
        Assert.Equal(400, Data(longer)[0].Epochs.Length);
        Assert.Contains("<th scope=\"row\">40000</th>", longer, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_none_leave_gaps()
    {
        var epochs = ReportFixture.Epochs(4);
        epochs[1] = epochs[1] with { GradientNorm = double.NaN, Measurements = new Dictionary<string, double>(), Rewards = new Dictionary<string, RewardStatistics>() };
        epochs[2] = epochs[2] with { Loss = double.PositiveInfinity };
        var page = ReportFixture.Page(ReportFixture.View(0) with { Epochs = epochs });
        AssertBalanced(page);
        Assert.DoesNotContain("NaN", page.Split("<script>")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
        Assert.Equal([1e-9, double.NaN, 3e-9, 4e-9], Data(page)[4].Lines[0].Values);
    }

    [Fact]
    public void Gradients_by_denoising_step_are_a_table_and_groups_left_out_a_curve()
    {
        List<DdpoEpoch> epochs = [.. ReportFixture.Epochs(3).Select((epoch, i) => epoch with
        {
            Measurements = new Dictionary<string, double>
            {
                [PolicyGradientMeasurements.FilteredGroups] = 0.25 * i,
                [PolicyGradientMeasurements.GradientNormOfStep(0)] = 0.5 + i,
                [PolicyGradientMeasurements.GradientNormOfStep(10)] = 12,
                [PolicyGradientMeasurements.GradientNormOfStep(2)] = i == 2 ? double.NaN : 3,
            },
        })];
        var page = ReportFixture.Page(ReportFixture.View(0) with { Epochs = epochs });
        AssertBalanced(page);
        Assert.Equal(
            ["<th scope=\"row\">1</th><td>1.500</td><td>2.500</td><td><i style=\"width:12.5%\"></i>",
                "<th scope=\"row\">3</th><td>3.000</td><td>3.000</td><td><i style=\"width:25%\"></i>",
                "<th scope=\"row\">11</th><td>12.00</td><td>12.00</td><td><i style=\"width:100%\"></i>"],
            Regex.Matches(page, "<th scope=\"row\">[0-9]+</th><td>[0-9.]+</td><td>[0-9.]+</td><td><i[^/]*></i>").Select(row => row.Value));
        Assert.DoesNotContain("Gradient norm step", page, StringComparison.Ordinal);
        Assert.Contains("<h3>Groups left out</h3>", page, StringComparison.Ordinal);
        Assert.Single(Data(page), chart => chart.Lines is [{ Values: [0, 0.25, 0.5] }, ..]);
        Assert.DoesNotContain("by denoising step", ReportFixture.Page(ReportFixture.View(3)), StringComparison.Ordinal);
    }

    private static void AssertSame(IEnumerable<double> expected, double[] actual)
    {
        Assert.Equal(expected.Count(), actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 1e-4));
    }

    private static List<(double[] Epochs, List<(string Name, double[] Values)> Lines)> Data(string page) =>
        [.. from Match script in Json().Matches(page)
            let data = JsonDocument.Parse(script.Groups[1].Value).RootElement
            select (Numbers(data.GetProperty("x")), data.GetProperty("l").EnumerateArray().Select(line => (line.GetProperty("n").GetString()!, Numbers(line.GetProperty("y")))).ToList())];

    private static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble())];

    // What browsers do with a page that is not like this differs.
    private static void AssertBalanced(string page)
    {
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        var open = new Stack<string>();
        var markup = RawText().Replace(page, "$1$2");
        foreach (Match tag in Tags().Matches(markup))
        {
            var name = tag.Groups[2].Value;
            if (name is "meta" || tag.Value.EndsWith("/>", StringComparison.Ordinal))
            {
                continue;
            }

            if (tag.Groups[1].Length == 0)
            {
                open.Push(name);
            }
            else
            {
                Assert.Equal(name, open.Pop());
            }
        }

        Assert.Empty(open);
        Assert.DoesNotContain('<', Tags().Replace(markup, "").Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
    }

    [GeneratedRegex("<(/?)([a-z0-9]+)(?: [a-z-]+(?:=\"[^\"<>]*\")?)*/?>", RegexOptions.IgnoreCase)]
    private static partial Regex Tags();

    [GeneratedRegex("(<(?:script|style)[^>]*>).*?(</(?:script|style)>)", RegexOptions.Singleline)]
    private static partial Regex RawText();

    [GeneratedRegex("<script type=\"application/json\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex("<h2>([^<]*)</h2><p class=\"value\">([^<]*)</p><p>([^<]*)</p>")]
    private static partial Regex Tiles();

    [GeneratedRegex("<dt>([^<]*)</dt><dd><bdi>(.*?)</bdi></dd>")]
    private static partial Regex Settings();

    [GeneratedRegex(" src=\"([^\"]*)\"")]
    private static partial Regex Sources();
}
