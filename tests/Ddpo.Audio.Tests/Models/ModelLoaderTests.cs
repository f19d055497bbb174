using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Models;
using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models;

public sealed class ModelLoaderTests
{
    private static readonly string s_folder = Fixtures.Path("tiny-audioldm2", "projection_model");

    private readonly List<Device> _devices = [];

    [Fact]
    public void A_model_that_fits_its_weights_is_built_where_it_shall_live_and_filled()
    {
        using var source = ComponentFolder.OpenWeights(s_folder);
        using var model = Load(source, Config());

        Assert.Equal([DeviceType.CPU], _devices.Select(device => device.type));
        using var stored = source.Read("projection.weight");
        Assert.True(model.state_dict()["projection.weight"].equal(stored).all().item<bool>());
    }

    [Theory]
    [InlineData(1 << 10, DeviceType.CPU)]
    [InlineData(1 << 30, DeviceType.CPU, DeviceType.META)] // More than memory holds.
    public void A_model_that_does_not_fit_its_weights_is_refused_whatever_memory_it_would_take(int size, params DeviceType[] built)
    {
        using var source = ComponentFolder.OpenWeights(s_folder);
        var exception = Assert.Throws<CheckpointException>(() => Load(source, Config() with { LanguageModelDim = size }));

        Assert.Contains($"[{size}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(s_folder, exception.Message, StringComparison.Ordinal);
        Assert.Equal(built, _devices.Select(device => device.type));
    }

    [Fact]
    public void Sizes_that_are_too_large_to_multiply_are_refused()
    {
        using var source = ComponentFolder.OpenWeights(s_folder);
        Assert.Throws<CheckpointException>(() => Load(source, Config() with { LanguageModelDim = int.MaxValue, TextEncoderDim = -1 }));
    }

    [Fact]
    public void A_setting_that_the_model_refuses_is_told_with_the_weights_that_it_is_for()
    {
        var config = new ClapConfig { AudioConfig = new() { PatchStride = [0, 0] } };
        using var source = ComponentFolder.OpenWeights(s_folder);

        var exception = Assert.Throws<CheckpointException>(() => ModelLoader.Load(source, Placement.Cpu, placement => new ClapModel(config, placement)));

        Assert.Contains("patch_stride [0, 0]", exception.Message, StringComparison.Ordinal);
        Assert.Contains(s_folder, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("audio_model.of_another_model", "Unexpected")]
    [InlineData("audio_projection.linear1.weight", "Of another shape or type")]
    public void Weights_of_a_part_that_is_left_out_are_checked_though_not_read(string name, string problem)
    {
        using var scope = NewDisposeScope();
        using var folder = TemporaryFolder.CopyOf(Fixtures.Path("tiny-audioldm2", "text_encoder"));
        var weights = ComponentFolder.FindWeights(folder.Root)!;
        var tensors = ReadAll(weights);
        tensors[name] = ones(1);
        SafetensorsWriter.Write(weights, tensors);

        var exception = Assert.Throws<CheckpointException>(() => ClapModel.Load(folder.Root, Placement.Cpu, ClapTowers.Text));

        Assert.Contains($"{problem} (1): {name}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_built_after_cancellation()
    {
        using var source = ComponentFolder.OpenWeights(s_folder);
        Assert.Throws<OperationCanceledException>(() => ModelLoader.Load(
            source, Placement.Cpu, placement => new AudioLdm2ProjectionModel(Config(), placement), cancellationToken: new(canceled: true)));
    }

    private static Dictionary<string, Tensor> ReadAll(string path)
    {
        using var source = CheckpointFile.Open(path);
        return source.Entries.Keys.ToDictionary(name => name, source.Read);
    }

    private static AudioLdm2ProjectionConfig Config() => ComponentFolder.ReadConfig<AudioLdm2ProjectionConfig>(s_folder);

    private AudioLdm2ProjectionModel Load(ITensorSource source, AudioLdm2ProjectionConfig config) => ModelLoader.Load(source, Placement.Cpu, placement =>
    {
        _devices.Add(placement.Device);
        return new AudioLdm2ProjectionModel(config, placement);
    });
}
