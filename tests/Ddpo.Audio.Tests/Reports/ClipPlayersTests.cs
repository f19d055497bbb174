using System.Text;
using System.Text.RegularExpressions;
using Ddpo.Audio.Training.Observers.Html;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Reports;

public sealed partial class ClipPlayersTests
{
    [Fact]
    public void A_prompt_has_its_clips_in_a_row_and_they_are_the_files()
    {
        using var folder = new TemporaryFolder();
        var page = Page(new ClipPlayers(), folder, [0, 10], "a sad piano", "techno");
        var rows = page.Split("<article").Skip(1).ToArray();
        Assert.Equal(2, rows.Length);
        Assert.Contains("<h3><bdi>a sad piano</bdi></h3>", rows[0], StringComparison.Ordinal);
        Assert.Equal(["before", "epoch 10"], Names(rows[1]));
        Assert.Contains("▲ 10", rows[0], StringComparison.Ordinal); // since the first
        var waves = Waves().Matches(rows[0]).Select(wave => Convert.FromBase64String(wave.Groups[1].Value)).ToArray();
        Assert.Equal(File.ReadAllBytes(folder["validation/epoch-0000/0000.wav"]), waves[0]);
        Assert.Equal(File.ReadAllBytes(folder["validation/epoch-0010/0000.wav"]), waves[1]);
    }

    [Fact]
    public void Equal_prompts_have_a_row_each()
    {
        using var folder = new TemporaryFolder();
        var page = Page(new ClipPlayers(), folder, [0], "techno", "techno");
        Assert.Contains("<h3><bdi>techno</bdi></h3>", page, StringComparison.Ordinal);
        Assert.Contains("<h3><bdi>techno</bdi> (2)</h3>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, 1, 2, 3)]
    [InlineData(5, 0, 2, 4)]
    [InlineData(6, 0, 2, 4, 5)]
    [InlineData(8, 0, 4, 7)]
    [InlineData(9, 0, 4, 8)]
    [InlineData(100, 0, 64, 99)]
    public void Of_many_rounds_the_first_the_last_and_some_between_are_kept(int rounds, params int[] kept)
    {
        using var folder = new TemporaryFolder();
        var page = Page(new ClipPlayers(mostRounds: 4), folder, Enumerable.Range(0, rounds), "techno");
        Assert.Equal(kept.Select(epoch => epoch == 0 ? "before" : $"epoch {epoch}"), Names(page));
        Assert.Equal(rounds > kept.Length, page.Contains($"{kept.Length} of {rounds} rounds are on this page", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_in_the_page_stays_below_its_limit()
    {
        using var folder = new TemporaryFolder();
        var page = Page(new ClipPlayers(mostBytes: 12_000), folder, Enumerable.Range(0, 50), "techno", "piano");
        Assert.InRange(page.Length, 1000, 13_000);
        Assert.Equal("before", Names(page)[0]);
        Assert.Equal("epoch 49", Names(page)[^1]);
    }

    [Fact]
    public void Clips_that_are_too_large_are_linked()
    {
        using var folder = new TemporaryFolder();
        var page = Page(new ClipPlayers(mostBytes: 100), folder, [0, 10], "techno");
        Assert.DoesNotContain("base64", page, StringComparison.Ordinal);
        Assert.Contains("src=\"validation/epoch-0010/0000.wav\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Clips_that_cannot_be_read_are_left_out()
    {
        using var folder = new TemporaryFolder();
        var round = ReportFixture.Round(folder, 0, "techno", "piano", "flute");
        File.Delete(folder["validation/epoch-0000/0000.wav"]);
        folder.Write("validation/epoch-0000/0001.wav", "no sound");
        var players = new ClipPlayers();
        players.Add(round);
        Assert.Equal("flute", Assert.Single(Titles().Matches(Html(players))).Groups[1].Value);
    }

    private static string Page(ClipPlayers players, TemporaryFolder folder, IEnumerable<int> rounds, params string[] prompts)
    {
        foreach (var epochs in rounds)
        {
            players.Add(ReportFixture.Round(folder, epochs, prompts));
        }

        return Html(players);
    }

    private static string Html(ClipPlayers players)
    {
        using var page = new MemoryStream();
        using var html = new HtmlWriter(page);
        players.Write(html);
        html.Flush();
        return Encoding.UTF8.GetString(page.ToArray());
    }

    private static string[] Names(string page) => [.. Epochs().Matches(page).Select(name => name.Groups[1].Value)];

    [GeneratedRegex("<figcaption><b>([^<]*)</b>")]
    private static partial Regex Epochs();

    [GeneratedRegex("<h3><bdi>([^<]*)</bdi></h3>")]
    private static partial Regex Titles();

    [GeneratedRegex("data:audio/wav;base64,([^\"]*)\"")]
    private static partial Regex Waves();
}
