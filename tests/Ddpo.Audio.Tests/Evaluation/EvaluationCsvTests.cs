using System.Globalization;
using Ddpo.Audio.Evaluation;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class EvaluationCsvTests
{
    [Fact]
    public async Task Files_have_the_documented_names_columns_and_rows()
    {
        using var folder = FakeRewards.Clips(0, 0.1f, 0.1f);
        foreach (var (from, to) in new[] { ("0.wav", "Q1_0.wav"), ("1.wav", "Q2_0.wav"), ("2.wav", "Q4_0.wav") })
        {
            File.Move(folder[from], folder[to]);
        }

        folder.Write("Q4_1.wav", "RIFF");
        var set = EvaluationSet.FromFolder(folder.Root, file => Solo(file[..2]));
        var report = await new RewardEvaluator([new FakeSimilarity(), new FakeClassifier(), FakeRewards.First("my/reward")]).EvaluateAsync(set);
        var paths = await report.WriteCsvAsync(folder["results/deep"]);

        Assert.Equal(
            ["clap_benchmark.csv", "emo_benchmark.csv", "emo_confusion.csv", "my_reward_benchmark.csv", "summary.csv"],
            paths.Select(path => Path.GetFileName(path)));
        var status = report.Clips[3].Status;
        Assert.Equal(
            [
                "path,sim_score,prompt,status",
                "Q1_0.wav,0,\"a recording of a happy piano solo, high quality\",ok",
                "Q2_0.wav,0.1,\"a recording of a angry piano solo, high quality\",ok",
                "Q4_0.wav,0.1,\"a recording of a tender piano solo, high quality\",ok",
                $"Q4_1.wav,,\"a recording of a tender piano solo, high quality\",{Quoted(status)}",
            ],
            File.ReadAllLines(paths[0]));
        Assert.Equal(
            [
                "path,label,pred,score,Q1,Q2,Q3,Q4,prompt,status",
                "Q1_0.wav,Q1,Q1,0,0.7,0.1,0.1,0.1,\"a recording of a happy piano solo, high quality\",ok",
                "Q2_0.wav,Q2,Q2,0,0.1,0.7,0.1,0.1,\"a recording of a angry piano solo, high quality\",ok",
                "Q4_0.wav,Q4,Q2,-0.59999996,0.1,0.7,0.1,0.1,\"a recording of a tender piano solo, high quality\",ok",
                $"Q4_1.wav,,,,,,,,\"a recording of a tender piano solo, high quality\",{Quoted(status)}",
            ],
            File.ReadAllLines(paths[1]));
        Assert.Equal(["label,Q1,Q2,Q3,Q4", "Q1,1,0,0,0", "Q2,0,1,0,0", "Q3,0,0,0,0", "Q4,0,1,0,0"], File.ReadAllLines(paths[2]));
        Assert.Equal("path,score,prompt,status", File.ReadLines(paths[3]).First());
    }

    [Fact]
    public async Task The_summary_has_a_row_for_all_clips_each_prompt_and_each_label()
    {
        using var folder = FakeRewards.Clips(0, 0.25f);
        var entries = new[] { "Q1", "Q2" }.Select((quadrant, i) => new SampleEntry($"{i}.wav", new Prompt(quadrant)
        {
            Metadata = new Dictionary<string, string> { ["quadrant"] = quadrant },
        }));
        var report = await new RewardEvaluator([FakeRewards.First(), new FakeClassifier(), RewardFunction.From("no", (_, _) => float.NaN)])
            .EvaluateAsync(new EvaluationSet(folder.Root, entries));
        var rows = File.ReadAllLines((await report.WriteCsvAsync(folder.Root))[^1]);

        Assert.Equal("reward,measure,over,group,n,failed,mean,std,standard_error,min,max", rows[0]);
        Assert.Equal(
            [
                "clap_score,score,all,,2,0,0.125,0.1767766952966369,0.125,0,0.25",
                "clap_score,score,prompt,Q1,1,,0,,,0,0",
                "clap_score,score,prompt,Q2,1,,0.25,,,0.25,0.25",
            ],
            rows[1..4]);
        Assert.Contains("emo_score,accuracy,all,,2,,0.5,,0.3535533905932738,,", rows);
        Assert.Contains("emo_score,accuracy,label,Q2,1,,0,,,,", rows);
        Assert.Contains("emo_score,accuracy,label,Q3,0,,,,,,", rows);
        Assert.Equal("no,score,all,,0,2,,,,,", rows[^1]);
    }

    [Fact]
    public void Fields_are_quoted_where_they_must_be_and_numbers_have_points_everywhere()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            using var stream = new MemoryStream();
            CsvTable.Write(stream, [["a,b", "say \"hi\"", "x\r\ny", "größer"], [1.5f, -2e-9, 3, null], [double.NaN, float.NaN, "", " "]]);
            Assert.Equal(
                "\"a,b\",\"say \"\"hi\"\"\",\"x\r\ny\",größer\n1.5,-2E-09,3,\n,,, \n"u8.ToArray(),
                stream.ToArray());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task Files_that_cannot_be_written_are_named()
    {
        using var folder = FakeRewards.Clips(0.5f);
        var report = await new RewardEvaluator([FakeRewards.First()]).EvaluateAsync(EvaluationSet.FromFolder(folder.Root, "x"));
        Directory.CreateDirectory(folder["results/clap_benchmark.csv"]);
        var error = await Assert.ThrowsAnyAsync<IOException>(() => report.WriteCsvAsync(folder["results"]));
        Assert.Contains("clap_benchmark.csv", error.Message, StringComparison.Ordinal);
    }

    private static Prompt Solo(string quadrant) => new($"a recording of a {quadrant switch { "Q1" => "happy", "Q2" => "angry", _ => "tender" }} piano solo, high quality")
    {
        Metadata = new Dictionary<string, string> { ["quadrant"] = quadrant },
    };

    private static string Quoted(string text) => text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
