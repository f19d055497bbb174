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
        settings.Seed ??= (ulong)Random.Shared.NextInt64();
        _folder.ThrowIfUsed(settings.Overwrite);
        using var log = new ConsoleLog(status);
        var (prompts, heldOutPrompts) = (settings.Prompts.ToSource("Prompts"), settings.Evaluation.HeldOutPrompts());
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            Assets.Find(settings.Model),
            new() { Device = settings.Device, Precision = settings.Precision, LoggerFactory = log },
            new LoadDisplay(status),
            cancellationToken);
        await using var rewards = await settings.Rewards.LoadAsync(log, cancellationToken);
        await using var trainer = Build(pipeline, rewards, prompts, log);
        _folder.Clear();
        await File.WriteAllTextAsync(_folder["settings.json"], SettingsJson.Write(settings), cancellationToken);
        status.Print($"loaded the model and the rewards in {_clock.Elapsed.TotalSeconds:F1} s; seed {settings.Seed}");

        var heldOut = Examiner(pipeline, rewards, heldOutPrompts);
        var measured = new EvaluationLog(_folder[EvaluationLog.FileName]);
        await MeasureAsync(heldOut, measured, 0, cancellationToken);

        var display = new TrainingDisplay(status);
        var done = 0;
        try
        {
            await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
            {
                display.EpochEnded(epoch);
                done = epoch.Index + 1;
                if (settings.Evaluation.IsDue(done, settings.Training.NumEpochs))
                {
                    await MeasureAsync(heldOut, measured, done, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (done > 0)
        {
            status.Print($"stopped after {done} epochs");
            PrintFiles(await trainer.SaveAsync(_folder["stopped"], CancellationToken.None));
            throw;
        }

        PrintFiles(Directory.GetFiles(_folder[$"epoch-{done:0000}"], "*.safetensors").Single());
    }

    private IPolicyTrainer Build(AudioLdm2Pipeline pipeline, LoadedRewards rewards, PromptSource prompts, ConsoleLog log)
    {
        var builder = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UsePrompts(prompts)
            .ConfigureSampling(options => Options.Copy(settings.Sampling, options))
            .ConfigureTraining(options => Options.Copy(settings.Training, options))
            .ConfigureCheckpoints(options => Options.Copy(settings.Checkpoints, options))
            .WithSeed(settings.Seed!.Value)
            .WithLoggerFactory(log);
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
        prompts,
        settings.Evaluation.ToRequest(settings.Sampling),
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

    private void PrintFiles(string weights)
    {
        DrawCurve();
        status.Print($"""
            wrote  {weights}
                   {_folder["metrics.jsonl"]}, {_folder[EvaluationLog.FileName]}, {_folder[RewardCurve.FileName]}, {_folder["settings.json"]}
            in {_clock.Elapsed.TotalMinutes:F1} minutes.{(settings.UseLora ? GenerateCommand(weights) : "")}
            """);
    }

    private string GenerateCommand(string weights) => $"""
         Generate with it:
          dotnet run -c Release --project samples/Generate -- --model {settings.Model} --adapter {Path.GetDirectoryName(weights)}
        """;
}
