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
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log).AddSingleton<IProgress<HubProgress>>(new LoadDisplay(_status));
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

        var embedder = rewards.OfType<IAudioEmbedder>().FirstOrDefault();
        if (settings.Reference is not null && embedder is null)
        {
            throw new SettingsException("A Reference is compared by the vectors of a CLAP reward: add one, for instance with --Rewards:clap_score.");
        }

        _status.Print($"scoring {Figures.Count(set.Samples.Count, "clip")} in {set.Folder}");
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
            _status.Print($"passed over {Figures.Count(report.PassedOver.Count, "audio file")} of other kinds than .wav, such as {other}");
        }

        if (settings.Reference is { } reference)
        {
            var real = EvaluationSet.FromFolder(Assets.Find(reference), new Prompt(""), settings.Recursive);
            files = [.. files, await CompareAsync(new SetEvaluator(embedder!, Path.Combine(settings.Output, "embeddings")), real, set, settings.Output, cancellationToken)];
        }

        PrintProblems(report);
        _status.Print("wrote  " + string.Join(Environment.NewLine + "       ", files));
        return code;
    }

    public void Report(EvaluationProgress value) => _status.Show(() =>
        $"{value.Done}/{Figures.Count(value.Total, "clip")}{(value.Failed > 0 ? $"  {value.Failed} failed" : "")}  "
        + string.Join("  ", value.Means.Select(mean => $"{mean.Key} {Figures.Score(mean.Value)}")));

    private async Task<string> CompareAsync(
        SetEvaluator evaluator, EvaluationSet real, EvaluationSet generated, string output, CancellationToken cancellationToken)
    {
        var reference = await evaluator.EmbedAsync(real, this, cancellationToken);
        var distances = SetEvaluator.Compare(reference, await evaluator.EmbedAsync(generated, this, cancellationToken));
        foreach (var (file, problem) in reference.Unread)
        {
            Console.Error.WriteLine($"{Path.Combine(real.Folder, file)}: {problem}");
        }

        foreach (var distance in distances)
        {
            _status.Print(
                $"{distance.Metric}: {Figures.Score(distance.Value)} ({Figures.Count(distance.Windows, "window")}, {distance.ReferenceWindows} of the reference, "
                + $"{distance.Dimension} dimensions, {distance.Embedding})");
            if (distance.Warning is { } warning)
            {
                _status.Print($"  {warning}");
            }
        }

        var path = Path.Combine(output, "set_metrics.csv");
        SetEvaluator.WriteCsv(path, distances);
        return path;
    }

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
            $"{reward.Name}: mean {Figures.Score(scores.Mean, scores.StandardError)} of {Figures.Count(scores.Count, "clip")}"
                + (scores.Count == 1 ? "" : $", from {Figures.Score(scores.Min)} to {Figures.Score(scores.Max)}"),
        };
        if (reward.Classification is { } classification)
        {
            var overall = classification.Overall;
            lines.Add($"  accuracy {Figures.Share(overall.Value, overall.StandardError)}: "
                + string.Join(", ", classification.Labels.Zip(classification.ByLabel, (label, accuracy) => $"{label} {accuracy.Correct} of {accuracy.Count}")));
        }

        if (reward.RecordedDifference is { } difference)
        {
            lines.Add($"  at most {Figures.Small(difference)} from the scores that were recorded when the clips were made");
        }

        return string.Join(Environment.NewLine, lines);
    }

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
}
