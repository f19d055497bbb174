using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Tests.Training;

public sealed class LearnedParametersTests
{
    [Fact]
    public async Task Reference_mode_predicts_as_before_training_bit_for_bit_and_ends()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
        await pipeline.Worker.RunAsync(() =>
        {
            using var encoded = diffusion.EncodePrompts(["a calm piano"], "", guided: false);
            var conditioning = encoded.Condition(0, 1, guided: false);
            var latents = randn([1, .. diffusion.LatentShape(TimeSpan.FromSeconds(0.2))]);
            float[] Predict() => diffusion.PredictNoise(latents, tensor(new[] { 501L }), conditioning, 1).data<float>().ToArray();
            var before = Predict();

            using var learned = LoraParameters.On(diffusion.Model, new LoraOptions { Rank = 2 }, seed: 1, folder: null);
            learned.Values.copy_(randn(learned.Values.shape));
            var trained = Predict();
            Assert.NotEqual(before, trained);
            using (learned.UseReference())
            {
                Assert.Equal(before, Predict());
            }

            Assert.Equal(trained, Predict());
        });
    }

    [Fact]
    public async Task There_is_no_reference_when_every_weight_is_trained()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            using var learned = FullParameters.Of(pipeline.UNet);
            var error = Assert.Throws<NotSupportedException>(learned.UseReference);
            Assert.Contains("UseLora", error.Message, StringComparison.Ordinal);
        });
    }
}
