using Ddpo.Audio.Adapters;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

/// <summary>What cannot make audio is an error, and never silence.</summary>
public sealed class BrokenAudioTests
{
    [Theory]
    [InlineData(1e39)]
    [InlineData(-1e39)]
    public async Task A_scale_that_32_bits_cannot_hold_is_refused(double scale)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pipeline.ApplyLoraAsync("any", scale));
    }

    [Fact]
    public async Task So_is_such_a_guidance_scale_and_noise_that_is_no_number()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => pipeline.GenerateAsync(TinyPipeline.Request with { GuidanceScale = 1e39 }));
        Assert.Contains("GuidanceScale is 1E+39", error.Message, StringComparison.Ordinal);
        var latents = new float[pipeline.Geometry(TinyPipeline.Request.Duration).LatentCount];
        latents[3] = float.NaN;
        error = await Assert.ThrowsAsync<ArgumentException>(() => pipeline.GenerateAsync(TinyPipeline.Request with { InitialLatents = latents }));
        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e38f, 1)]
    [InlineData(1, 1e38)]
    public async Task An_adapter_that_is_too_strong_is_an_error_where_the_audio_should_be(float weight, double scale)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        using var folder = new TemporaryFolder();
        await pipeline.Worker.RunAsync(() => SaveAdapter(folder.Root, pipeline.UNet, weight), CancellationToken.None);
        await using var handle = await pipeline.ApplyLoraAsync(folder.Root, scale);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline.GenerateAsync(TinyPipeline.Request));

        Assert.Contains("of clip 1 of 1 is NaN", error.Message, StringComparison.Ordinal);
    }

    private static bool SaveAdapter(string folder, AudioLdm2UNet2DConditionModel unet, float weight)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, layer) in AdaptableLayers.In(unet).Where(layer => AdaptableLayers.IsTarget(layer.Name, LoraTargets.All)))
        {
            tensors.Add($"unet.{name}.lora_A.weight", full([2, layer.Weight.shape[1]], weight));
            tensors.Add($"unet.{name}.lora_B.weight", full([layer.Weight.shape[0], 2], weight));
        }

        SafetensorsWriter.Write(Path.Combine(folder, LoraFile.FileName), tensors);
        return true;
    }
}
