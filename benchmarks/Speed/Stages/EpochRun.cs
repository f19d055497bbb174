using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>A training run that goes on epoch by epoch.</summary>
internal sealed class EpochRun : IAsyncDisposable
{
    private readonly AudioLdm2Pipeline _pipeline;
    private readonly ClapReward _clap;
    private readonly IPolicyTrainer _trainer;
    private readonly IAsyncEnumerator<DdpoEpoch> _epochs;

    private EpochRun(AudioLdm2Pipeline pipeline, ClapReward clap, IPolicyTrainer trainer) =>
        (_pipeline, _clap, _trainer, _epochs) = (pipeline, clap, trainer, trainer.TrainAsync().GetAsyncEnumerator());

    public static async Task<EpochRun> StartAsync(Workplace place, int timestepsPerPass)
    {
        var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(place.Model.Folder, new() { Device = place.Options.Device });
        var clap = await ClapReward.FromPretrainedAsync(MeasuredModel.Clap, new() { Device = place.Options.Device });
        var trainer = new DdpoTrainerBuilder()
            .UsePipeline(pipeline)
            .UseLora(o => o.Rank = 8)
            .UsePrompts(PromptSource.EmotionSolo("piano", "organ", "bass"))
            .AddReward(clap)
            .ConfigureSampling(o =>
            {
                o.Duration = TimeSpan.FromSeconds(1.28);
                o.NumInferenceSteps = 5;
                o.GuidanceScale = 1;
                (o.BatchSize, o.NumBatchesPerEpoch) = (16, 2);
            })
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate, o.TimestepsPerPass) = (place.Options.WarmUps + place.Options.Repeats, 3e-3, timestepsPerPass))
            .UseDdpo(o => (o.ClipRange, o.SkipLastTimesteps) = (1e-3, 2))
            .WithSeed(1)
            .Build();
        return new(pipeline, clap, trainer);
    }

    public async Task NextAsync() => _ = await _epochs.MoveNextAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var owner in new IAsyncDisposable[] { _epochs, _trainer, _clap, _pipeline })
        {
            await owner.DisposeAsync();
        }
    }
}
