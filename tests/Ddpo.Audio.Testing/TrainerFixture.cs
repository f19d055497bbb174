using System.Text.Json;

namespace Ddpo.Audio.Testing;

/// <summary>A trainer over the tiny model with settings that make an epoch take a moment.</summary>
internal static class TrainerFixture
{
    /// <summary>A reward that every clip gets a different value from, by its samples alone.</summary>
    public static IRewardFunction Energy { get; } =
        RewardFunction.From("energy", (clip, _) => clip.Samples.ToArray().Sum(sample => sample * sample));

    public static DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline, ulong? seed = 5) =>
        BuilderWithoutReward(pipeline, seed).AddReward(Energy);

    public static DdpoTrainerBuilder BuilderWithoutReward(AudioLdm2Pipeline pipeline, ulong? seed = 5)
    {
        var builder = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UseLora(o => o.Rank = 2)
            .UsePrompts(PromptSource.FromList("a calm piano", "techno", "a jazz trio with a long and winding introduction"))
            .ConfigureSampling(o =>
            {
                o.NumInferenceSteps = 3;
                o.Duration = TimeSpan.FromSeconds(0.2);
                o.BatchSize = 4;
                o.NumBatchesPerEpoch = 2;
            })
            .ConfigureTraining(o => o.NumEpochs = 2)
            .ConfigureValidation(o => o.EveryEpochs = 0); // its clips ask the rewards, whose calls tests count
        return seed is { } value ? builder.WithSeed(value) : builder;
    }

    /// <summary>Loads the model, trains, and returns what was measured and the adapter's bytes.</summary>
    public static async Task<(List<DdpoEpoch> Epochs, byte[] Weights)> RunAsync(
        Action<DdpoTrainerBuilder>? configure = null, ulong seed = 5, bool withEnergy = true)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = withEnergy ? Builder(pipeline, seed) : BuilderWithoutReward(pipeline, seed);
        configure?.Invoke(builder);
        await using var trainer = builder.Build();
        var epochs = await trainer.TrainAsync().ToListAsync();
        using var folder = new TemporaryFolder();
        return (epochs, await File.ReadAllBytesAsync(await trainer.SaveAsync(folder.Root)));
    }

    /// <summary>Everything that an epoch measured but for seconds, which differ from run to run.</summary>
    public static string[] Numbers(IEnumerable<DdpoEpoch> epochs) =>
        [.. epochs.Select(epoch => JsonSerializer.Serialize(epoch with { Seconds = new StageSeconds(0, 0, 0) }))];
}
