using System.Diagnostics;
using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Samples;

/// <summary>One run: what is trained on, what is measured, and what became of it.</summary>
internal static class Quickstart
{
    // The model plays angry music worst. It learns on six instruments, and is measured on two others and on other words.
    private const string Emotion = "angry";

    private static readonly PromptSource s_training = PromptSource.FromTemplate(
        "a recording of a {emotion} {instrument} solo, high quality",
        ("emotion", [Emotion]),
        ("instrument", ["piano", "organ", "music box", "shaker", "bass", "drums"]));

    private static readonly Prompt[] s_heldOut =
    [
        .. new[]
        {
            "a recording of a angry flute solo, high quality",
            "a recording of a angry siren solo, high quality",
            "Angry flute music.",
            "Angry siren music.",
            "someone plays the flute, it sounds angry",
            "someone plays the siren, it sounds angry",
        }.Select(text => new Prompt(text) { Metadata = new Dictionary<string, string> { ["emotion"] = Emotion } }),
    ];

    /// <summary>Trains, measures, and writes into a folder.</summary>
    /// <param name="options">The algorithm's: how it learns, and from how many samples.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="output">The folder.</param>
    /// <param name="collective">Who trains together: this process alone, or those that mpirun started.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(DdpoOptions options, ulong seed, string output, ICollective collective, CancellationToken cancellationToken) =>
        Screen.RunAsync(collective, screen => RunAsync(options, seed, output, collective, screen, cancellationToken));

    private static async Task<int> RunAsync(
        DdpoOptions options, ulong seed, string output, ICollective collective, Screen screen, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        screen.Print($"Ddpo.Audio quickstart: {options.Algorithm} with a CLAP reward on the musicbox model (Ctrl-C stops)");

        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(Assets.Find(Assets.Pipeline), cancellationToken: cancellationToken);
        await using var clap = await ClapReward.FromPretrainedAsync(Assets.Find(Assets.Clap), cancellationToken: cancellationToken);
        await using var emotions = await EmopiaReward.FromPretrainedAsync(Assets.Find(Assets.Emopia), cancellationToken: cancellationToken);
        screen.Print($"loaded the model and the rewards in {Figures.Time(clock.Elapsed)}");

        // Short clips, few steps and no guidance: a batch takes seconds, and there is much to gain.
        var display = new TrainingDisplay(screen);
        var measured = new Measured();
        await using var trainer = new DdpoTrainerBuilder(options)
            .UsePipeline(pipeline)
            .UseCollective(collective)
            .UseLora(o => o.Rank = 8)
            .UsePrompts(s_training)
            .AddReward(clap)
            .AddMetric(emotions) // a second listener that is not trained on: does it hear the gain, too?
            .ConfigureSampling(o =>
            {
                o.Duration = TimeSpan.FromSeconds(1.28);
                o.NumInferenceSteps = 5;
                o.GuidanceScale = 1;
            })
            .ConfigureValidation(o =>
            {
                o.Prompts = s_heldOut;
                o.NumClipsPerPrompt = 12;
                o.NumKeptClipsPerPrompt = 1;
                o.BatchSize = 12;
                o.EveryEpochs = options.Training.NumEpochs; // before and after
                o.Seed = 1_000_000;
            })
            .ConfigureCheckpoints(o => (o.Directory, o.Overwrite) = (output, true))
            .AddObserver(display)
            .AddObserver(measured)
            .WithSeed(seed)
            .Build();
        await foreach (var _ in trainer.TrainAsync(screen.IsFirst ? display : null, cancellationToken))
        {
        }

        if (!screen.IsFirst)
        {
            return 0; // the first rank writes, and was told what the clips got
        }

        var adapter = await trainer.SaveAsync(Path.Combine(output, "adapter"), cancellationToken);
        screen.Print(measured.Sentence(options, emotions.Name));
        screen.Print($"""
            wrote  {adapter}
                   {Path.Combine(output, "report.html")} (open it in a browser), {Path.Combine(output, "metrics.jsonl")}
                   {measured.Before.Folder} and {Path.GetFileName(measured.After.Folder)} (WAVs of the held-out prompts, before and after)
            in {Figures.Time(clock.Elapsed)}. Listen, or score those clips, then generate with the adapter:
              dotnet run -c Release --project samples/Evaluate -- --input {measured.After.Folder}
              dotnet run -c Release --project samples/Generate -- --adapter {Path.GetDirectoryName(adapter)} --prompt "Angry flute music."
            """);
        return 0;
    }

    /// <summary>Keeps what the held-out clips got.</summary>
    private sealed class Measured : IRunObserver
    {
        private readonly List<ValidationRound> _rounds = [];

        public ValidationRound Before => _rounds[0];

        public ValidationRound After => _rounds[^1];

        public void OnValidation(ValidationRound round) => _rounds.Add(round);

        public string Sentence(DdpoOptions options, string emotions)
        {
            var samples = options.Training.NumEpochs * options.Sampling.NumBatchesPerEpoch * options.Sampling.BatchSize;
            var (before, after) = (Before.Accuracy[emotions], After.Accuracy[emotions]);
            return $"With {Figures.Count(samples, "sample")} {options.Algorithm} moved the CLAP similarity of {Figures.Count(After.Reward!.Count, "held-out clip")} "
                + $"from {Figures.Score(Before.Reward!.Mean)} to {Figures.Score(After.Reward.Mean)}: {TrainingDisplay.ChangeText(After.Change!.Reward)}. EMOPIA hears the emotion "
                + $"that was asked for in {Figures.Share(after.Value)} of them instead of {Figures.Share(before.Value)}.";
        }
    }
}
