// Trains a LoRA adapter on a small text-to-music model, on the CPU, in a few minutes: sampling, CLAP reward, DDPO updates.
// Then measures what it changed on prompts that were not trained on, and leaves the adapter, the metrics and WAVs to listen to.

using System.Diagnostics;
using Ddpo.Audio;
using Ddpo.Audio.Rewards;
using Ddpo.Audio.Samples;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    await RunAsync(args is [var folder, ..] ? folder : Path.Combine("runs", "quickstart"), stop.Token);
    return 0;
}
catch (OperationCanceledException)
{
    Console.WriteLine("\nStopped.");
    return 130;
}
catch (Exception exception) when (exception is CheckpointException or NotSupportedException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static async Task RunAsync(string output, CancellationToken cancellationToken)
{
    var clock = Stopwatch.StartNew();
    var status = new StatusLine();
    Console.WriteLine("Ddpo.Audio quickstart: DDPO with a CLAP reward on the musicbox model (Ctrl-C stops)");

    await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(Assets.Pipeline, cancellationToken: cancellationToken);
    await using var clap = await ClapReward.FromPretrainedAsync(Assets.Clap, cancellationToken: cancellationToken);
    status.Print($"loaded the model and the reward in {clock.Elapsed.TotalSeconds:F1} s");

    // Four moods of each instrument to train on; other instruments to measure on.
    var training = PromptSource.EmotionSolo("piano", "music box", "bass", "drums", "organ");
    Prompt[] heldOut =
    [
        "a recording of a happy flute solo, high quality",
        "a recording of a sad flute solo, high quality",
        "a recording of a tender flute solo, high quality",
        "a recording of a angry siren solo, high quality",
        "a recording of a sad siren solo, high quality",
        "a recording of a happy shaker solo, high quality",
    ];

    var sampling = new SamplingOptions();
    await using var trainer = new DdpoTrainerBuilder()
        .UsePipeline(pipeline)
        .UseLora(o => o.Rank = 8)
        .UsePrompts(training)
        .AddReward(clap)
        .ConfigureSampling(o =>
        {
            o.Duration = Assets.ClipDuration;
            o.NumInferenceSteps = 20;
            o.BatchSize = 8;
            o.NumBatchesPerEpoch = 2;
            sampling = o;
        })
        .ConfigureTraining(o =>
        {
            o.NumEpochs = 12;
            o.TimestepFraction = 0.5;
            o.LearningRate = 3e-4;
        })
        .ConfigureCheckpoints(o => o.Directory = output)
        .WithSeed(42)
        .Build();

    var examiner = new HeldOut(pipeline, clap, status);
    var before = await examiner.MeasureAsync(heldOut, Path.Combine(output, "before"), sampling, cancellationToken);
    status.Print($"measured {heldOut.Length} held-out prompts; training on others");

    var display = new TrainingDisplay(status);
    await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
    {
        display.EpochEnded(epoch);
    }

    var after = await examiner.MeasureAsync(heldOut, Path.Combine(output, "after"), sampling, cancellationToken);
    var adapter = await trainer.SaveAsync(Path.Combine(output, "adapter"), cancellationToken);

    status.Print(HeldOut.Compare(before, after));
    Console.WriteLine($"""
        wrote  {adapter}
               {Path.Combine(output, "metrics.jsonl")}
               {Path.Combine(output, "before")} and {Path.Combine(output, "after")} (WAVs of the held-out prompts)
        in {clock.Elapsed.TotalSeconds:F0} s. Listen, then generate with the adapter:
          dotnet run -c Release --project samples/Generate -- --adapter {Path.GetDirectoryName(adapter)} --prompt "a happy organ solo"
        """);
}
