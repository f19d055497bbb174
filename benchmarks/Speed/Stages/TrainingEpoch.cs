using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>An epoch of DDPO: 32 clips of 1.28 s are sampled in 5 steps, decoded, scored by CLAP, and learned from by a LoRA adapter of rank 8, as in the quickstart.</summary>
internal sealed class TrainingEpoch(Workplace place) : IStage
{
    private AudioLdm2Pipeline? _pipeline;
    private ClapReward? _clap;
    private IPolicyTrainer? _trainer;
    private IAsyncEnumerator<DdpoEpoch>? _epochs;

    public string Case => "fp32, 32 clips of 1.28 s, 5 steps";

    public async Task SetUpAsync()
    {
        _pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(place.Model.Folder, new() { Device = place.Options.Device });
        _clap = await ClapReward.FromPretrainedAsync(MeasuredModel.Clap, new() { Device = place.Options.Device });
        _trainer = new DdpoTrainerBuilder()
            .UsePipeline(_pipeline)
            .UseLora(o => o.Rank = 8)
            .UsePrompts(PromptSource.EmotionSolo("piano", "organ", "bass"))
            .AddReward(_clap)
            .ConfigureSampling(o =>
            {
                o.Duration = TimeSpan.FromSeconds(1.28);
                o.NumInferenceSteps = 5;
                o.GuidanceScale = 1;
                (o.BatchSize, o.NumBatchesPerEpoch) = (16, 2);
            })
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (place.Options.WarmUps + place.Options.Repeats, 3e-3))
            .UseDdpo(o => (o.ClipRange, o.SkipLastTimesteps) = (1e-3, 2))
            .WithSeed(1)
            .Build();
        _epochs = _trainer.TrainAsync().GetAsyncEnumerator();
    }

    public async Task RunAsync() => _ = await _epochs!.MoveNextAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var owner in new IAsyncDisposable?[] { _epochs, _trainer, _clap, _pipeline })
        {
            await (owner?.DisposeAsync() ?? default);
        }
    }
}
