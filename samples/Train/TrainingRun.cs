using System.Diagnostics;

namespace Ddpo.Audio.Samples;

/// <summary>One run, from loading the model to the command that generates with what was trained.</summary>
internal sealed class TrainingRun(TrainSettings settings, StatusLine status)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly RunFolder _folder = new(settings.Checkpoints.Directory
        ?? throw new SettingsException("Checkpoints:Directory is missing: the folder for what the run writes."));

    /// <summary>Trains until the last epoch, or until stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var resumes = settings.Checkpoints.ResumeFrom is not null;
        if (!resumes)
        {
            settings.Seed ??= (ulong)Random.Shared.NextInt64();
        }

        _folder.ThrowIfUsed(settings.Checkpoints);
        using var log = new ConsoleLog(status);
        var (prompts, heldOutPrompts) = (settings.Prompts.ToSource("Prompts"), settings.Evaluation.HeldOutPrompts());
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            Assets.Find(settings.Model),
            new() { Device = settings.Device, Precision = settings.Precision, LoggerFactory = log },
            new LoadDisplay(status),
            cancellationToken);
        await using var rewards = await settings.Rewards.LoadAsync(log, cancellationToken);
        await using var trainer = Build(pipeline, rewards, prompts, log);
        if (!resumes)
        {
            _folder.Clear();
            await File.WriteAllTextAsync(_folder[RunFolder.SettingsName], SettingsJson.Write(settings), cancellationToken);
        }

        status.Print($"loaded the model and the rewards in {_clock.Elapsed.TotalSeconds:F1} s{(resumes ? "" : $"; seed {settings.Seed}")}");

        var heldOut = Examiner(pipeline, rewards, heldOutPrompts);
        var measured = new EvaluationLog(_folder[EvaluationLog.FileName]);
        await MeasureAsync(heldOut, measured, 0, cancellationToken);

        var display = new TrainingDisplay(status);
        try
        {
            await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
            {
                display.EpochEnded(epoch);
                var done = epoch.Index + 1;
                if (settings.Evaluation.IsDue(done, settings.Training.NumEpochs))
                {
                    await MeasureAsync(heldOut, measured, done, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (Directory.Exists(_folder["checkpoints"]))
        {
            PrintFiles();
            status.Print("Stopped. Go on with the same command and --resume latest.");
            throw;
        }

        PrintFiles();
    }

    private IPolicyTrainer Build(AudioLdm2Pipeline pipeline, LoadedRewards rewards, PromptSource prompts, ConsoleLog log)
    {
        var builder = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UsePrompts(prompts)
            .ConfigureSampling(options => Options.Copy(settings.Sampling, options))
            .ConfigureTraining(options => Options.Copy(settings.Training, options))
            .UseDdpo(options => Options.Copy(settings.Ddpo, options))
            .ConfigureCheckpoints(options => Options.Copy(settings.Checkpoints, options))
            .ConfigureRewardFailures(options => Options.Copy(settings.RewardFailures, options))
            .ConfigureStopping(options => Options.Copy(settings.Stopping, options))
            .ConfigureValidation(options => Options.Copy(settings.Validation, options))
            .WithLoggerFactory(log);
        if (settings.Seed is { } seed)
        {
            builder.WithSeed(seed);
        }

        _ = settings.UseLora ? builder.UseLora(options => Options.Copy(settings.Lora, options)) : builder.UseFullFineTuning();
        foreach (var (reward, use) in rewards.Rewards)
        {
            _ = use.Weight == 0 ? builder.AddMetric(reward) : builder.AddReward(reward, use.Weight, use.Normalization);
        }

        return builder.Build();
    }

    private HeldOut? Examiner(AudioLdm2Pipeline pipeline, LoadedRewards rewards, IReadOnlyList<Prompt> prompts) => prompts.Count == 0 ? null : new(
        pipeline,
        [.. rewards.Rewards.Select(reward => (reward.Reward, reward.Settings.Weight))],
        settings.Evaluation.ToRequest(prompts, settings.Sampling),
        settings.Evaluation.ClipsPerPrompt,
        settings.Evaluation.BatchSize,
        status);

    private async Task MeasureAsync(HeldOut? heldOut, EvaluationLog measured, int epoch, CancellationToken cancellationToken)
    {
        if (heldOut is not null)
        {
            var start = _clock.Elapsed;
            var clips = settings.Evaluation.SaveClips ? _folder[Path.Combine("held-out", $"epoch-{epoch:0000}")] : null;
            var scores = await heldOut.MeasureAsync(clips, cancellationToken);
            status.Print(measured.Append(epoch, scores, (_clock.Elapsed - start).TotalSeconds));
            DrawCurve();
        }
    }

    private void DrawCurve() =>
        RewardCurve.Write(_folder["metrics.jsonl"], _folder[EvaluationLog.FileName], _folder[RewardCurve.FileName]);

    private void PrintFiles()
    {
        DrawCurve();
        var newest = Directory.GetDirectories(_folder["checkpoints"], "epoch-*").Order(StringComparer.Ordinal).Last();
        status.Print($"""
            wrote  {newest}
                   {_folder["report.html"]} (open it in a browser), {_folder["metrics.jsonl"]}
                   {_folder[EvaluationLog.FileName]}, {_folder[RewardCurve.FileName]}, {_folder[RunFolder.SettingsName]}
            in {_clock.Elapsed.TotalMinutes:F1} minutes.{(settings.UseLora ? GenerateCommand(newest) : "")}
            """);
    }

    private string GenerateCommand(string checkpoint) => $"""
         Generate with it:
          dotnet run -c Release --project samples/Generate -- --model {settings.Model} --adapter {checkpoint}
        """;
}
