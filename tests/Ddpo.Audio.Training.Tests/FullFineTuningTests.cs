using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training;

public sealed class FullFineTuningTests
{
    [Fact]
    public async Task The_saved_unet_takes_the_place_of_the_checkpoints_own()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        await using var pipeline = await TinyPipeline.LoadAsync();
        var before = await TinyPipeline.ListenAsync(pipeline);
        string saved;
        await using (var trainer = TrainerFixture.Builder(pipeline).UseFullFineTuning().Build())
        {
            Assert.NotEmpty(await trainer.TrainAsync().ToListAsync());
            saved = await trainer.SaveAsync(folder["unet"]);
        }

        Assert.Equal(Path.Combine(folder["unet"], "diffusion_pytorch_model.safetensors"), saved);
        Assert.Equal(2, Directory.GetFiles(folder["unet"]).Length); // config.json, and no half-written file
        await using var loaded = await AudioLdm2Pipeline.FromPretrainedAsync(folder.Root);
        var trained = await TinyPipeline.ListenAsync(pipeline);
        Assert.NotEqual(before, trained);
        Assert.Equal(trained, await TinyPipeline.ListenAsync(loaded));
    }
}
