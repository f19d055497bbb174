using System.Diagnostics;

namespace Ddpo.Audio.Samples;

/// <summary>One run, from loading the model to the command that generates with what was trained.</summary>
internal sealed class TrainingRun(TrainSettings settings)
{
    private readonly StatusLine _status = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly RunFolder _folder = new(settings.Checkpoints.Directory
        ?? throw new SettingsException("Checkpoints:Directory is missing: the folder for what the run writes."));

    /// <summary>Trains until the last epoch, or until stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        settings.Seed ??= (ulong)Random.Shared.NextInt64();
        var prompts = settings.Prompts.ToSource("Prompts");
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            Assets.Find(settings.Model),
            new() { Device = settings.Device, Precision = settings.Precision },
            cancellationToken: cancellationToken);
        await using var rewards = await settings.Rewards.LoadAsync(cancellationToken);
        await using var trainer = Build(pipeline, rewards, prompts);
        _folder.Prepare(settings.Overwrite);
        await File.WriteAllTextAsync(_folder["settings.json"], SettingsJson.Write(settings), cancellationToken);
        _status.Print($"loaded the model and the rewards in {_clock.Elapsed.TotalSeconds:F1} s; seed {settings.Seed}");

        var heldOut = Examiner(pipeline, rewards);
        var log = new EvaluationLog(_folder[EvaluationLog.FileName]);
        await MeasureAsync(heldOut, log, 0, cancellationToken);

        var display = new TrainingDisplay(_status);
        var done = 0;
        try
        {
            await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
            {
                display.EpochEnded(epoch);
                done = epoch.Index + 1;
                if (done == settings.Training.NumEpochs || (settings.Evaluation.EveryEpochs > 0 && done % settings.Evaluation.EveryEpochs == 0))
                {
                    await MeasureAsync(heldOut, log, done, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (done > 0)
        {
            _status.Print($"stopped after {done} epochs");
            PrintFiles(await trainer.SaveAsync(_folder["stopped"], CancellationToken.None));
            throw;
        }

        PrintFiles(await trainer.SaveAsync(_folder[$"epoch-{done:0000}"], cancellationToken));
    }

    private IPolicyTrainer Build(AudioLdm2Pipeline pipeline, LoadedRewards rewards, PromptSource prompts)
    {
        var builder = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UsePrompts(prompts)
            .ConfigureSampling(options => Options.Copy(settings.Sampling, options))
            .ConfigureTraining(options => Options.Copy(settings.Training, options))
            .ConfigureCheckpoints(options => Options.Copy(settings.Checkpoints, options))
            .WithSeed(settings.Seed!.Value);
        _ = settings.UseLora ? builder.UseLora(options => Options.Copy(settings.Lora, options)) : builder.UseFullFineTuning();
        foreach (var (reward, use) in rewards.Rewards)
        {
            builder.AddReward(reward, use.Weight);
        }

        return builder.Build();
    }

    private HeldOut? Examiner(AudioLdm2Pipeline pipeline, LoadedRewards rewards) => settings.Evaluation.Prompts.IsEmpty() ? null : new HeldOut(
        pipeline,
        [.. rewards.Rewards.Select(reward => (reward.Reward, reward.Settings.Weight))],
        settings.Evaluation.Prompts.ToList("Evaluation:Prompts"),
        settings.Evaluation.ToRequest(settings.Sampling),
        settings.Evaluation.ClipsPerPrompt,
        settings.Evaluation.BatchSize,
        _status);

    private async Task MeasureAsync(HeldOut? heldOut, EvaluationLog log, int epoch, CancellationToken cancellationToken)
    {
        if (heldOut is not null)
        {
            var start = _clock.Elapsed;
            var clips = settings.Evaluation.SaveClips ? _folder[Path.Combine("held-out", $"epoch-{epoch:0000}")] : null;
            var scores = await heldOut.MeasureAsync(clips, cancellationToken);
            _status.Print(log.Append(epoch, scores, (_clock.Elapsed - start).TotalSeconds));
        }
    }

    private void PrintFiles(string weights) => _status.Print($"""
        wrote  {weights}
               {_folder["metrics.jsonl"]}
               {_folder["settings.json"]}
        in {_clock.Elapsed.TotalSeconds:F0} s. Generate with it:
          dotnet run -c Release --project samples/Generate -- --adapter {Path.GetDirectoryName(weights)}
        """);
}
