using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>One run, from loading the model to the command that generates with what was trained.</summary>
internal sealed class TrainingRun(ProgramSettings settings, StatusLine status)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly EvaluationSettings? _evaluation =
        DdpoConfiguration.Bind(settings.Only(nameof(TrainSections.Evaluation)), new TrainSections()).Evaluation;

    /// <summary>Everything that a training run can be told.</summary>
    public static IReadOnlyList<Setting> Settings =>
        [.. SettingTree.Of(new DdpoOptions()), .. RewardKinds.Settings, .. SettingTree.Of(new TrainSections())];

    /// <summary>Trains until the last epoch, or until stopped.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var log = new ConsoleLog(status);
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log).AddSingleton<IProgress<LoadProgress>>(new LoadDisplay(status));
        var library = services.AddDdpoAudio(settings.Without(nameof(TrainSections.Evaluation))).Configure(Complete)
            .AddTraining(); // so that prompts and rewards are asked for before anything is loaded
        var names = RewardKinds.Add(library);
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
        var folder = new RunFolder(options.Checkpoints.Directory
            ?? throw new SettingsException("Checkpoints:Directory is missing: the folder for what the run writes."));
        folder.ThrowIfUsed(options.Checkpoints);

        await using var trainer = await provider.GetRequiredService<IDdpoTrainerFactory>().CreateAsync(null, cancellationToken);
        if (options.Checkpoints.ResumeFrom is null)
        {
            folder.Clear();
        }

        status.Print($"loaded the model and the rewards in {_clock.Elapsed.TotalSeconds:F1} s{(options.Seed is { } seed ? $"; seed {seed}" : "")}");

        var heldOut = await ExaminerAsync(provider, names, options, cancellationToken);
        var measured = new EvaluationLog(folder[EvaluationLog.FileName]);
        await MeasureAsync(heldOut, measured, folder, 0, cancellationToken);

        var display = new TrainingDisplay(status);
        try
        {
            await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
            {
                display.EpochEnded(epoch);
                var done = epoch.Index + 1;
                if (_evaluation?.IsDue(done, options.Training.NumEpochs) == true)
                {
                    await MeasureAsync(heldOut, measured, folder, done, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (Directory.Exists(folder["checkpoints"]))
        {
            PrintFiles(folder, options);
            status.Print("Stopped. Go on with the same command and --resume latest.");
            throw;
        }

        PrintFiles(folder, options);
        return 0;
    }

    private static void Complete(DdpoOptions options)
    {
        Assets.Find(options);
        options.Seed ??= options.Checkpoints.ResumeFrom is null ? (ulong)Random.Shared.NextInt64() : null; // to be shown
    }

    private async Task<HeldOut?> ExaminerAsync(
        ServiceProvider provider, IReadOnlyList<string> names, DdpoOptions options, CancellationToken cancellationToken)
    {
        if (_evaluation is not { Prompts.Count: > 0 })
        {
            return null;
        }

        var rewards = new List<(IRewardFunction, double)>();
        foreach (var name in names)
        {
            var part = options.Rewards[name];
            rewards.Add((await provider.GetRewardAsync(name, cancellationToken), part.MetricOnly ? 0 : part.Weight));
        }

        var pipeline = await provider.GetRequiredService<IAudioLdm2PipelineProvider>().GetAsync(cancellationToken);
        return new HeldOut(
            pipeline, rewards, _evaluation.ToRequest(_evaluation.Prompts, options.Sampling), _evaluation.ClipsPerPrompt, _evaluation.BatchSize, status);
    }

    private async Task MeasureAsync(HeldOut? heldOut, EvaluationLog measured, RunFolder folder, int epoch, CancellationToken cancellationToken)
    {
        if (heldOut is not null)
        {
            var start = _clock.Elapsed;
            var clips = _evaluation!.SaveClips ? folder[Path.Combine("held-out", $"epoch-{epoch:0000}")] : null;
            var scores = await heldOut.MeasureAsync(clips, cancellationToken);
            status.Print(measured.Append(epoch, scores, (_clock.Elapsed - start).TotalSeconds));
            DrawCurve(folder);
        }
    }

    private static void DrawCurve(RunFolder folder) =>
        RewardCurve.Write(folder["metrics.jsonl"], folder[EvaluationLog.FileName], folder[RewardCurve.FileName]);

    private void PrintFiles(RunFolder folder, DdpoOptions options)
    {
        DrawCurve(folder);
        var newest = Directory.GetDirectories(folder["checkpoints"], "epoch-*").Order(StringComparer.Ordinal).Last();
        status.Print($"""
            wrote  {newest}
                   {folder["report.html"]} (open it in a browser), {folder["metrics.jsonl"]}
                   {folder[EvaluationLog.FileName]}, {folder[RewardCurve.FileName]}, {folder["settings.json"]} (to repeat the run: --settings)
            in {_clock.Elapsed.TotalMinutes:F1} minutes.{(options.Lora is not null ? GenerateCommand(options, newest) : "")}
            """);
    }

    private static string GenerateCommand(DdpoOptions options, string checkpoint) => $"""
         Generate with it:
          dotnet run -c Release --project samples/Generate -- --model {options.Pipeline.Path} --adapter {checkpoint}
        """;
}
