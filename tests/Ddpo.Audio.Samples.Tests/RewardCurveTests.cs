using System.Xml.Linq;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

public sealed class RewardCurveTests
{
    private static readonly string s_recorded = Path.Combine(Fixtures.Repository, "docs", "musicbox-hour");

    [Fact]
    public void The_recorded_curve_is_that_of_the_recorded_numbers()
    {
        using var folder = new TemporaryFolder();

        RewardCurve.Write(Path.Combine(s_recorded, "metrics.jsonl"), Path.Combine(s_recorded, "eval.jsonl"), folder["curve.svg"]);

        Assert.Equal(File.ReadAllText(Path.Combine(s_recorded, "curve.svg")), File.ReadAllText(folder["curve.svg"]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    public void However_much_there_is_it_is_a_picture(int epochs, int measurings)
    {
        using var folder = new TemporaryFolder();
        Copy("metrics.jsonl", epochs);
        Copy("eval.jsonl", measurings);

        RewardCurve.Write(folder["metrics.jsonl"], folder["eval.jsonl"], folder["curve.svg"]);

        var svg = XDocument.Load(folder["curve.svg"]).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Equal(measurings * 4, svg.Elements().Count(element => element.Name.LocalName == "circle")); // sum, two rewards, accuracy
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);

        void Copy(string name, int lines) => File.WriteAllLines(folder[name], File.ReadLines(Path.Combine(s_recorded, name)).Take(lines));
    }
}
