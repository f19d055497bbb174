// Trains a LoRA adapter on a small text-to-music model, on the CPU, in a few minutes: sampling, CLAP reward, DDPO updates.
// Then measures what it changed on prompts that were not trained on, and leaves the adapter, the metrics and WAVs to listen to.

using System.Diagnostics;
using Ddpo.Audio;
using Ddpo.Audio.Rewards;
using Ddpo.Audio.Samples;

return await ExitCode.OfAsync(async cancellationToken =>
{
    await RunAsync(args is [var folder, ..] ? folder : Path.Combine("runs", "quickstart"), cancellationToken);
    return 0;
});

static async Task RunAsync(string output, CancellationToken cancellationToken)
{
    var clock = Stopwatch.StartNew();
    var status = new StatusLine();
    Console.WriteLine("Ddpo.Audio quickstart: DDPO with a CLAP reward on the musicbox model (Ctrl-C stops)");

    await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(Assets.Find(Assets.Pipeline), cancellationToken: cancellationToken);
    await using var clap = await ClapReward.FromPretrainedAsync(Assets.Find(Assets.Clap), cancellationToken: cancellationToken);
    status.Print($"loaded the model and the reward in {clock.Elapsed.TotalSeconds:F1} s");

    // The model plays angry music worst. It learns on six instruments, and is measured on two others and on other words.
    var training = PromptSource.FromTemplate(
        "a recording of a angry {instrument} solo, high quality",
        ("instrument", ["piano", "organ", "music box", "shaker", "bass", "drums"]));
    Prompt[] heldOut =
    [
        "a recording of a angry flute solo, high quality",
        "a recording of a angry siren solo, high quality",
        "Angry flute music.",
        "Angry siren music.",
        "someone plays the flute, it sounds angry",
        "someone plays the siren, it sounds angry",
    ];

    // Short clips, few steps and no guidance: 32 samples take seconds, and there is much to gain.
    var sampling = new SamplingOptions();
    await using var trainer = new DdpoTrainerBuilder()
        .UsePipeline(pipeline)
        .UseLora(o => o.Rank = 8)
        .UsePrompts(training)
        .AddReward(clap)
        .ConfigureSampling(o =>
        {
            o.Duration = TimeSpan.FromSeconds(1.28);
            o.NumInferenceSteps = 5;
            o.GuidanceScale = 1;
            o.BatchSize = 16;
            o.NumBatchesPerEpoch = 2;
            sampling = o;
        })
        .ConfigureTraining(o =>
        {
            o.NumEpochs = 16;
            o.LearningRate = 3e-3; // small models and short runs take large steps
        })
        .UseDdpo(o =>
        {
            o.ClipRange = 1e-3;
            o.SkipLastTimesteps = 2; // their noise is so small that they would rule the gradient, and nothing of them is heard
            o.PerPromptStatTracking = new() { BufferSize = 16, MinCount = 4 };
        })
        .ConfigureCheckpoints(o => (o.Directory, o.Overwrite) = (output, true))
        .WithSeed(42)
        .Build();

    var display = new TrainingDisplay(status);
    await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
    {
        display.EpochEnded(epoch);
    }

    // With the adapter, then without it: disposing the trainer takes it off, and leaves the model as it was loaded.
    var request = new AudioRequest(heldOut)
    {
        Duration = sampling.Duration,
        NumInferenceSteps = sampling.NumInferenceSteps,
        GuidanceScale = sampling.GuidanceScale,
        Eta = sampling.Eta,
        Seed = 1_000_000,
    };
    var examiner = new HeldOut(pipeline, [(clap, 1)], request, clipsPerPrompt: 12, batchSize: 12, status);
    var adapter = await trainer.SaveAsync(Path.Combine(output, "adapter"), cancellationToken);
    var after = await examiner.MeasureAsync(Path.Combine(output, "after"), cancellationToken);
    await trainer.DisposeAsync();
    var before = await examiner.MeasureAsync(Path.Combine(output, "before"), cancellationToken);

    status.Print($"mean reward on {after.Count} held-out clips: {Estimate.Of(before.Weighted)} before, {Estimate.Of(after.Weighted)} after");
    status.Print($"change, clip by clip: {Estimate.OfChange(before.Weighted, after.Weighted).ToChangeString()}");
    Console.WriteLine($"""
        wrote  {adapter}
               {Path.Combine(output, "report.html")} (open it in a browser), {Path.Combine(output, "metrics.jsonl")}
               {Path.Combine(output, "before")} and {Path.Combine(output, "after")} (WAVs of the held-out prompts)
        in {clock.Elapsed.TotalSeconds:F0} s. Listen, then generate with the adapter:
          dotnet run -c Release --project samples/Generate -- --adapter {Path.GetDirectoryName(adapter)} --prompt "Angry flute music."
        """);
}
