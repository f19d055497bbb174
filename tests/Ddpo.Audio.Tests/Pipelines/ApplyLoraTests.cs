using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Adapters;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class ApplyLoraTests
{
    private static string Adapter => Path.Combine(LoraFixture.Folder("scaled"), "peft");

    [Fact]
    public async Task An_adapter_changes_the_audio_until_its_handle_is_disposed()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var bare = await TinyPipeline.ListenAsync(pipeline);
        var handle = await pipeline.ApplyLoraAsync(Adapter);
        Assert.NotEqual(bare, await TinyPipeline.ListenAsync(pipeline));
        await handle.DisposeAsync();
        await handle.DisposeAsync();
        Assert.Equal(bare, await TinyPipeline.ListenAsync(pipeline));
    }

    [Fact]
    public async Task Scale_0_is_no_adapter_and_a_half_is_less_than_one()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var bare = await TinyPipeline.ListenAsync(pipeline);
        Assert.Equal(0, await Change(0));
        var (half, full) = (await Change(0.5), await Change(1));
        Assert.True(half > 0 && half < full, $"0.5 changed the audio by {half}, 1 by {full}");

        async Task<double> Change(double scale)
        {
            await using var handle = await pipeline.ApplyLoraAsync(Adapter, scale);
            return bare.Zip(await TinyPipeline.ListenAsync(pipeline), (one, other) => Math.Abs(one - other)).Sum();
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_scale_that_is_not_finite_is_refused(double scale)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pipeline.ApplyLoraAsync(Adapter, scale));
    }

    [Fact]
    public async Task A_second_adapter_is_refused_while_one_is_on_and_the_first_stays()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var first = await pipeline.ApplyLoraAsync(Adapter);
        var adapted = await TinyPipeline.ListenAsync(pipeline);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline.ApplyLoraAsync(Adapter));
        Assert.Equal(adapted, await TinyPipeline.ListenAsync(pipeline));
    }

    [Fact]
    public async Task A_missing_damaged_or_foreign_file_is_refused_and_the_model_is_as_before()
    {
        using var folder = new TemporaryFolder();
        var good = File.ReadAllBytes(Directory.GetFiles(Adapter, "*.safetensors").Single());
        string[] bad =
        [
            folder["nowhere"],
            folder.Write("truncated.safetensors", good[..(good.Length / 2)]),
            folder.Write("text.safetensors", "not an adapter"),
            Fixtures.Path("tiny-audioldm2", "projection_model", "diffusion_pytorch_model.safetensors"),
        ];
        await using var pipeline = await TinyPipeline.LoadAsync();
        var bare = await TinyPipeline.ListenAsync(pipeline);
        foreach (var path in bad)
        {
            var error = await Assert.ThrowsAsync<CheckpointException>(() => pipeline.ApplyLoraAsync(path));
            Assert.Contains(Path.GetFileName(path), error.Message, StringComparison.Ordinal);
            Assert.Equal(bare, await TinyPipeline.ListenAsync(pipeline));
        }

        await LiveTensors.AssertFlatAsync(() => Assert.ThrowsAsync<CheckpointException>(() => pipeline.ApplyLoraAsync(bad[1])), times: 2);
    }

    [Fact]
    public async Task Putting_an_adapter_on_and_off_leaves_no_tensors()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await LiveTensors.AssertFlatAsync(async () => await (await pipeline.ApplyLoraAsync(Adapter)).DisposeAsync(), times: 3);
    }
}
