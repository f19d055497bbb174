using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Observers.Html;
using Ddpo.Audio.Training.Observers.TensorBoard;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Logging.Abstractions;

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
            reports.OnEpoch(epoch);
            Assert.Contains($"{epoch.Index + 1} of 3 epochs", Page(folder), StringComparison.Ordinal);
            var scalars = EventFileReader.Scalars(Assert.Single(EventFiles(folder)));
            Assert.Equal(
                EpochScalars.Of(epoch).Select(scalar => (scalar.Tag, epoch.Index + 1L, (float)scalar.Value)),
                scalars.Where(scalar => scalar.Step == epoch.Index + 1));
        }

        reports.OnEnd(new RunEnd(RunOutcome.Finished, 3, ""));
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
        Assert.Equal(epoch[PolicyGradientMeasurements.ApproxKl], scalars["policy/approx_kl"]);
        Assert.Equal(epoch[PolicyGradientMeasurements.ClipFraction], scalars["policy/clip_fraction"]);
        Assert.Equal(epoch.GradientNorm, scalars["policy/gradient_norm"]);
        Assert.Equal(epoch.Seconds.Sampling, scalars["seconds/sampling"]);
        Assert.Equal(epoch.Seconds.Total, scalars["seconds/total"]);
    }

    [Fact]
    public void Validation_clips_are_in_both_files_with_their_scores()
    {
        using var folder = new TemporaryFolder();
        using var reports = Start(folder, 3);
        reports.OnValidation(ReportFixture.Round(folder, 0, "a sad piano", "techno"));
        reports.OnEpoch(ReportFixture.Epoch(0));
        Assert.Contains("<h3><bdi>a sad piano</bdi></h3>", Page(folder), StringComparison.Ordinal);

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
            killed.OnValidation(ReportFixture.Round(folder, 0, "techno"));
            ReportFixture.Epochs(5).ForEach(killed.OnEpoch);
        }

        var round = ReportFixture.Round(folder, 0, "techno");
        using var resumed = Start(folder, 6, ReportFixture.Epochs(3), [round]);
        Assert.Contains("3 of 6 epochs", Page(folder), StringComparison.Ordinal);
        Assert.Contains("<h3><bdi>techno</bdi></h3>", Page(folder), StringComparison.Ordinal);
        var files = EventFiles(folder);
        Assert.Equal(2, files.Length);
        var start = EventFileReader.Read(files[1])[1];
        Assert.Equal(1, start[7].Integer(1));
        Assert.Equal(4, start.Integer(2));
    }

    [Fact]
    public void An_observer_that_fails_is_reported_by_name_and_disturbs_no_other()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogLines();
        using var reports = Start(folder, 3, log: log);
        File.Delete(folder[HtmlReport.FileName]);
        folder.Write($"{HtmlReport.FileName}/in-the-way", "");
        reports.OnEpoch(ReportFixture.Epoch(0));
        Assert.Contains(nameof(HtmlReportObserver), Assert.Single(log.Warnings), StringComparison.Ordinal);
        Assert.Contains(EventFileReader.Scalars(Assert.Single(EventFiles(folder))), scalar => scalar.Step == 1);
        Assert.Empty(Directory.GetFiles(folder.Root, "*.tmp"));
    }

    private static ObserverGroup Start(
        TemporaryFolder folder, int epochs, IReadOnlyList<DdpoEpoch>? history = null, IReadOnlyList<ValidationRound>? rounds = null, LogLines? log = null)
    {
        var logger = log?.CreateLogger("reports") ?? NullLogger.Instance;
        var group = new ObserverGroup([new HtmlReportObserver(TimeProvider.System), new TensorBoardObserver(TimeProvider.System)], [], logger);
        group.OnStart(new RunStart
        {
            Name = "run",
            Directory = folder.Root,
            NumEpochs = epochs,
            Settings = ReportFixture.Settings.ToJsonString(),
            History = history ?? [],
            Validations = rounds ?? [],
        });
        return group;
    }

    private static string Page(TemporaryFolder folder) => File.ReadAllText(folder[HtmlReport.FileName]);

    private static string[] EventFiles(TemporaryFolder folder) => [.. Directory.GetFiles(folder.Root, "events.*").Order()];
}
