using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

/// <summary>What sampling keeps of the texts from step to step.</summary>
public sealed class SamplingConditioningTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Texts_are_projected_at_the_first_step_only_and_predictions_stay_the_same(bool guided)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
            using var encoded = diffusion.EncodePrompts(["a", "b c"], "", guided);
            var latents = ones([2, .. diffusion.LatentShape(TimeSpan.FromSeconds(0.2))]);
            var plain = encoded.Condition(0, 2, guided);
            using var scope = NewDisposeScope();
            var kept = encoded.ConditionForSampling(0, 2, guided, scope);
            int[] owned = [.. new[] { 900, 500, 20 }.Select(timestep => CountAfter(timestep))];
            Assert.True(owned[0] > 0);
            Assert.Equal(owned[0], owned[1]);
            Assert.Equal(owned[0], owned[2]);
            return true;

            int CountAfter(int timestep)
            {
                using var step = NewDisposeScope();
                var at = full(2, timestep, ScalarType.Int64);
                Assert.Equal(diffusion.PredictNoise(latents, at, plain, 2).bytes, diffusion.PredictNoise(latents, at, kept, 2).bytes);
                return scope.DisposablesCount;
            }
        });
    }
}
