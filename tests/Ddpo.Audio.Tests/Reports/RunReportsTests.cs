using Ddpo.Audio.Reports;
using Ddpo.Audio.Reports.Html;
using Ddpo.Audio.Reports.TensorBoard;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Reports;

public sealed class RunReportsTests
{
    [Fact]
    public void An_epoch_is_in_both_files_as_soon_as_it_is_added()
    {
        using var folder = new TemporaryFolder();
        using var reports = Start(folder, 3);
        Assert.Contains("No epoch is done yet", Page(folder), StringComparison.Ordinal);
        foreach (var epoch in ReportFixture.Epochs(3))
        {
            reports.Add(epoch);
            Assert.Contains($"{epoch.Index + 1} of 3 epochs", Page(folder), StringComparison.Ordinal);
            var scalars = EventFileReader.Scalars(Assert.Single(EventFiles(folder)));
            Assert.Equal(
                EpochScalars.Of(epoch).Select(scalar => (scalar.Tag, epoch.Index + 1L, (float)scalar.Value)),
                scalars.Where(scalar => scalar.Step == epoch.Index + 1));
        }

        reports.End(RunState.Finished);
        Assert.Contains(": finished, 3 of 3 epochs</title>", Page(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void The_scalars_are_the_epochs_numbers()
    {
        var epoch = ReportFixture.Epoch(4);
        var scalars = EpochScalars.Of(epoch).ToDictionary(scalar => scalar.Tag, scalar => scalar.Value);
        Assert.Equal(epoch.Reward.Mean, scalars["reward/mean"]);
        Assert.Equal(epoch.Rewards["energy"].Mean, scalars["rewards/energy"]);
        Assert.Equal(epoch.Metrics["peak"].Std, scalars["metrics/peak/std"]);
        Assert.Equal(epoch.ApproxKl, scalars["policy/approx_kl"]);
        Assert.Equal(epoch.ClipFraction, scalars["policy/clip_fraction"]);
        Assert.Equal(epoch.GradientNorm, scalars["policy/gradient_norm"]);
        Assert.Equal(epoch.Seconds.Sampling, scalars["seconds/sampling"]);
        Assert.Equal(epoch.Seconds.Total, scalars["seconds/total"]);
    }

    [Fact]
    public void Validation_clips_are_in_both_files_with_their_scores()
    {
        using var folder = new TemporaryFolder();
        using var reports = Start(folder, 3);
        reports.Add(ReportFixture.Round(folder, 0, "a sad piano", "techno"));
        reports.Add(ReportFixture.Epoch(0));
        Assert.Contains("<h3>a sad piano</h3>", Page(folder), StringComparison.Ordinal);

        var path = Assert.Single(EventFiles(folder));
        var clips = EventFileReader.Read(path).Where(record => record.Has(5)).SelectMany(record => record[5].All(1))
            .Where(value => value.Text(1).StartsWith("validation_clips/", StringComparison.Ordinal)).ToList();
        Assert.Equal(["a sad piano", "techno"], clips.Select(clip => clip[9].Text(2)));
        Assert.Equal(File.ReadAllBytes(folder["validation/epoch-0000/0001.wav"]), clips[1][8].Raw(8)[0]);
        Assert.Contains(("validation/energy", 0L, 0.5f), EventFileReader.Scalars(path));
    }

    [Fact]
    public void A_run_that_goes_on_shows_all_of_it_and_takes_back_what_came_after_the_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using (var killed = Start(folder, 6))
        {
            killed.Add(ReportFixture.Round(folder, 0, "techno"));
            ReportFixture.Epochs(5).ForEach(killed.Add);
        }

        var round = ReportFixture.Round(folder, 0, "techno");
        using var resumed = RunReports.Start(folder.Root, ReportFixture.Settings, 6, ReportFixture.Epochs(3), [round], TimeProvider.System);
        Assert.Contains("3 of 6 epochs", Page(folder), StringComparison.Ordinal);
        Assert.Contains("<h3>techno</h3>", Page(folder), StringComparison.Ordinal);
        var files = EventFiles(folder);
        Assert.Equal(2, files.Length);
        var start = EventFileReader.Read(files[1])[1];
        Assert.Equal(1, start[7].Integer(1));
        Assert.Equal(4, start.Integer(2));
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_an_error_with_its_name()
    {
        using var folder = new TemporaryFolder();
        using var reports = Start(folder, 3);
        File.Delete(folder[HtmlReport.FileName]);
        folder.Write($"{HtmlReport.FileName}/in-the-way", "");
        var error = Assert.Throws<IOException>(() => reports.Add(ReportFixture.Epoch(0)));
        Assert.Contains(HtmlReport.FileName, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Root, "*.tmp"));
    }

    private static RunReports Start(TemporaryFolder folder, int epochs) =>
        RunReports.Start(folder.Root, ReportFixture.Settings, epochs, [], [], TimeProvider.System);

    private static string Page(TemporaryFolder folder) => File.ReadAllText(folder[HtmlReport.FileName]);

    private static string[] EventFiles(TemporaryFolder folder) => [.. Directory.GetFiles(folder.Root, "events.*").Order()];
}
