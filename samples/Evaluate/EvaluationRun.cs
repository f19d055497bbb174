using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Ddpo.Audio.Samples;

/// <summary>One evaluation, from loading the rewards to the files.</summary>
internal sealed class EvaluationRun(ProgramSettings given, ICollective collective, Screen screen) : IProgress<EvaluationProgress>
{
    private const int ShownProblems = 10;

    /// <summary>Scores the clips and writes the files.</summary>
    /// <returns>The exit code: 0, 1 when nothing was scored, 2 when something was not.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var settings = DdpoConfiguration.Bind(given.Without(nameof(DdpoOptions.Rewards)), new EvaluateSettings());
        var set = settings.ToSet();
        using var log = new ConsoleLog(screen);
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log).AddSingleton<IProgress<HubProgress>>(new LoadDisplay(screen));
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

        screen.Print($"scoring {Figures.Count(set.Samples.Count, "clip")} in {set.Folder}");
        var evaluator = new RewardEvaluator(rewards, settings.Options, collective);
        var report = await evaluator.EvaluateAsync(set, this, cancellationToken);
        var code = !report.HasScores ? 1 : report.Failed > 0 ? 2 : 0;
        if (!screen.IsFirst)
        {
            return code; // every rank has all results, and the first writes them
        }

        var files = await report.WriteCsvAsync(settings.Output, cancellationToken);

        screen.Print(ScoreTables.Of(report.Rewards));

        if (report.PassedOver is [var other, ..])
        {
            screen.Print($"passed over {Figures.Count(report.PassedOver.Count, "audio file")} of other kinds than .wav, such as {other}");
        }

        if (settings.Reference is { } reference)
        {
            var real = EvaluationSet.FromFolder(Assets.Find(reference), new Prompt(""), settings.Recursive);
            files = [.. files, await CompareAsync(new SetEvaluator(embedder!, Path.Combine(settings.Output, "embeddings")), real, set, settings.Output, cancellationToken)];
        }

        PrintProblems(report);
        screen.Print("wrote  " + string.Join(Environment.NewLine + "       ", files));
        return code;
    }

    public void Report(EvaluationProgress value) => screen.Show(
        () => $"{value.Done}/{Figures.Count(value.Total, "clip")}{(value.Failed > 0 ? $"  {value.Failed} failed" : "")}  "
            + string.Join("  ", value.Means.Select(mean => $"{mean.Key} {Figures.Score(mean.Value)}")),
        (double)value.Done / value.Total);

    private async Task<string> CompareAsync(
        SetEvaluator evaluator, EvaluationSet real, EvaluationSet generated, string output, CancellationToken cancellationToken)
    {
        var reference = await evaluator.EmbedAsync(real, this, cancellationToken);
        var distances = SetEvaluator.Compare(reference, await evaluator.EmbedAsync(generated, this, cancellationToken));
        foreach (var (file, problem) in reference.Unread)
        {
            screen.Complain($"{Path.Combine(real.Folder, file)}: {problem}");
        }

        screen.Print(ScoreTables.Of(distances));
        foreach (var warning in distances.Select(distance => distance.Warning).OfType<string>().Distinct())
        {
            screen.Print(warning, Color.Yellow);
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

    private void PrintProblems(EvaluationReport report)
    {
        foreach (var clip in report.Clips.Where(clip => !clip.IsScored).Take(ShownProblems))
        {
            screen.Complain($"{clip.Sample.File}: {clip.Status}");
        }

        if (report.Failed > ShownProblems)
        {
            screen.Complain($"... and {report.Failed - ShownProblems} more: see the status columns.");
        }
    }
}
