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
    var display = new TrainingDisplay(status);
    var measured = new Measured();
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
        .ConfigureValidation(o =>
        {
            o.Prompts = heldOut;
            o.NumClipsPerPrompt = 12;
            o.NumKeptClipsPerPrompt = 1;
            o.BatchSize = 12;
            o.EveryEpochs = 16; // before and after
            o.Seed = 1_000_000;
        })
        .ConfigureCheckpoints(o => (o.Directory, o.Overwrite) = (output, true))
        .AddObserver(display)
        .AddObserver(measured)
        .WithSeed(42)
        .Build();
    await foreach (var epoch in trainer.TrainAsync(display, cancellationToken))
    {
    }

    var adapter = await trainer.SaveAsync(Path.Combine(output, "adapter"), cancellationToken);
    var (before, after) = (measured.Rounds[0], measured.Rounds[^1]);
    status.Print($"mean reward on {after.Reward!.Count} held-out clips: {TrainingDisplay.Text(before.Reward)} before, {TrainingDisplay.Text(after.Reward)} after");
    Console.WriteLine($"""
        wrote  {adapter}
               {Path.Combine(output, "report.html")} (open it in a browser), {Path.Combine(output, "metrics.jsonl")}
               {before.Folder} and {Path.GetFileName(after.Folder)} (WAVs of the held-out prompts, before and after)
        in {clock.Elapsed.TotalSeconds:F0} s. Listen, then generate with the adapter:
          dotnet run -c Release --project samples/Generate -- --adapter {Path.GetDirectoryName(adapter)} --prompt "Angry flute music."
        """);
}

/// <summary>Keeps what the held-out clips got.</summary>
internal sealed class Measured : IRunObserver
{
    public List<ValidationRound> Rounds { get; } = [];

    public void OnValidation(ValidationRound round) => Rounds.Add(round);
}
