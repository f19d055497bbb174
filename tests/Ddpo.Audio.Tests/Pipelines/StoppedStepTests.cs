using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

/// <summary>Work that was stopped ends inside a step, at the next block of a model: with a large one a step takes seconds.</summary>
public sealed class StoppedStepTests
{
    [Fact]
    public Task A_denoising_step_ends() => EndsAsync((pipeline, latents) =>
    {
        var text = pipeline.Denoiser.Prepare(pipeline.EncodePrompts(["a calm piano"], "", guided: false).ForUNet());
        return pipeline.Denoiser.Predict(latents, full([1], 500, ScalarType.Int64), text, 1);
    });

    [Fact]
    public Task Decoding_ends() => EndsAsync((pipeline, latents) => pipeline.DecodeLatents(latents, pipeline.Geometry(TinyPipeline.Request.Duration)));

    private static async Task EndsAsync(Func<AudioLdm2Pipeline, Tensor, Tensor> work)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        using var stop = new CancellationTokenSource();
        Task<bool> RunAsync(CancellationToken token, Action before) => pipeline.Worker.RunAsync(
            () =>
            {
                before();
                return work(pipeline, zeros(pipeline.Geometry(TinyPipeline.Request.Duration).BatchShape(1))).numel() > 0;
            },
            token);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(stop.Token, stop.Cancel));
        Assert.Equal(stop.Token, error.CancellationToken);
        Assert.True(await RunAsync(CancellationToken.None, () => { })); // and the next one is not stopped
    }
}
