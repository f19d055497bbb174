using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>One evaluation, from loading the rewards to the files.</summary>
internal sealed class EvaluationRun(ProgramSettings given, ICollective collective) : IProgress<EvaluationProgress>
{
    private const int ShownProblems = 10;

    private readonly StatusLine _status = new(collective);

    /// <summary>Scores the clips and writes the files.</summary>
    /// <returns>The exit code: 0, 1 when nothing was scored, 2 when something was not.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var settings = DdpoConfiguration.Bind(given.Without(nameof(DdpoOptions.Rewards)), new EvaluateSettings());
        var set = settings.ToSet();
        using var log = new ConsoleLog(_status);
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log);
        var library = services.AddDdpoAudio(given.Only(nameof(DdpoOptions.Rewards))).Configure(Complete);
        var names = RewardKinds.Add(library);
        if (names.Count == 0)
        {
            throw new SettingsException("There is nothing to score with: name a reward, for instance with --Rewards:clap_score.");
        }

        await using var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IOptions<DdpoOptions>>().Value; // all that is wrong, before any model is loaded
        var rewards = new List<IRewardFunction>();
        foreach (var name in names)
        {
            rewards.Add(await provider.GetRewardAsync(name, cancellationToken));
        }

        _status.Print($"scoring {set.Samples.Count} clips in {set.Folder}");
        var evaluator = new RewardEvaluator(rewards, settings.Options, collective);
        var report = await evaluator.EvaluateAsync(set, this, cancellationToken);
        var code = !report.HasScores ? 1 : report.Failed > 0 ? 2 : 0;
        if (!_status.IsFirst)
        {
            return code; // every rank has all results, and the first writes them
        }

        var files = await report.WriteCsvAsync(settings.Output, cancellationToken);

        foreach (var reward in report.Rewards)
        {
            _status.Print(Describe(reward));
        }

        if (report.PassedOver is [var other, ..])
        {
            _status.Print($"passed over {report.PassedOver.Count} audio file{(report.PassedOver.Count == 1 ? "" : "s")} of other kinds than .wav, such as {other}");
        }

        PrintProblems(report);
        _status.Print("wrote  " + string.Join(Environment.NewLine + "       ", files));
        return code;
    }

    public void Report(EvaluationProgress value) => _status.Show(() =>
        $"{value.Done}/{value.Total} clips{(value.Failed > 0 ? $"  {value.Failed} failed" : "")}  "
        + string.Join("  ", value.Means.Select(mean => string.Create(CultureInfo.InvariantCulture, $"{mean.Key} {mean.Value:F3}"))));

    private static void Complete(DdpoOptions options)
    {
        options.Pipeline.Path = Assets.Pipeline; // which is not loaded here
        Assets.Find(options);
    }

    private static string Describe(RewardSummary reward)
    {
        if (reward.Scores is not { } scores)
        {
            return $"{reward.Name}: no clip could be scored";
        }

        var lines = new List<string>
        {
            Invariant($"{reward.Name}: mean {scores.Mean:F4}{Error(scores.StandardError, "F4")} of {scores.Count} clip{(scores.Count == 1 ? "" : $"s, from {scores.Min:F4} to {scores.Max:F4}")}"),
        };
        if (reward.Classification is { } classification)
        {
            var overall = classification.Overall;
            lines.Add(Invariant($"  accuracy {overall.Value * 100:F1} %{Error(overall.StandardError * 100, "F1", " %")}: {string.Join(", ", classification.Labels
                .Zip(classification.ByLabel, (label, accuracy) => $"{label} {accuracy.Correct} of {accuracy.Count}"))}"));
        }

        if (reward.RecordedDifference is { } difference)
        {
            lines.Add(Invariant($"  at most {difference:G2} from the scores that were recorded when the clips were made"));
        }

        return string.Join(Environment.NewLine, lines);
    }

    // A single clip has none.
    private static string Error(double error, string format, string unit = "") =>
        double.IsNaN(error) ? "" : $" ± {error.ToString(format, CultureInfo.InvariantCulture)}{unit}";

    private static void PrintProblems(EvaluationReport report)
    {
        foreach (var clip in report.Clips.Where(clip => !clip.IsScored).Take(ShownProblems))
        {
            Console.Error.WriteLine($"{clip.Sample.File}: {clip.Status}");
        }

        if (report.Failed > ShownProblems)
        {
            Console.Error.WriteLine($"... and {report.Failed - ShownProblems} more: see the status columns.");
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
