using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio.Consumer.Tests;

/// <summary>A container trains whatever pipeline it is given.</summary>
public sealed class ContainerTests
{
    [Fact]
    public async Task An_own_pipeline_is_loaded_once_trained_and_disposed_by_the_container()
    {
        var observer = new Counter();
        var settings = new Dictionary<string, string?>
        {
            ["Lora"] = "false", ["Training:NumEpochs"] = "2", ["Sampling:NumInferenceSteps"] = "5", ["Sampling:BatchSize"] = "4", ["Sampling:Duration"] = "00:00:00.1",
        };
        var services = new ServiceCollection().AddSingleton<IRunObserver>(observer);
        services.AddDdpoAudio(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .UsePipeline(async (_, _) => await TinyDiffusion.CreateAsync())
            .UsePrompts(PromptSource.FromList("up", "down"))
            .AddReward(RewardFunction.From("first", (clip, _) => clip.Samples.Span[0]));
        IDiffusionPipeline pipeline;
        await using (var provider = services.BuildServiceProvider())
        {
            pipeline = await provider.GetRequiredService<IDiffusionPipelineProvider>().GetAsync();
            await using var trainer = await provider.GetRequiredService<IDdpoTrainerFactory>().CreateAsync();
            Assert.Equal(2, await trainer.TrainAsync().CountAsync());
            Assert.Equal(2, observer.Epochs);
        }

        Assert.IsType<TinyDiffusion>(pipeline);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.GenerateAsync(new AudioRequest("up")));
    }

    private sealed class Counter : IRunObserver
    {
        public int Epochs { get; private set; }

        public void OnEpoch(DdpoEpoch epoch) => Epochs++;
    }
}
