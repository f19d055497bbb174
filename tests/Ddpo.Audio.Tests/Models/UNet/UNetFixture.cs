using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.UNet;

/// <summary>Loads the fixtures' UNets and runs golden cases through them.</summary>
internal static class UNetFixture
{
    public static AudioLdm2UNet2DConditionModel Base(ScalarType dtype = ScalarType.Float32) =>
        Load(Fixtures.Path("tiny-audioldm2", "unet"), dtype);

    public static AudioLdm2UNet2DConditionModel Large() => Load(Fixtures.Path("tiny-unet-large"), ScalarType.Float32);

    public static AudioLdm2UNet2DConditionModel Load(string folder, ScalarType dtype)
    {
        var unet = new AudioLdm2UNet2DConditionModel(
            ComponentFolder.ReadConfig<AudioLdm2UNetConfig>(folder), new Placement(CPU, dtype));
        using var weights = ComponentFolder.OpenWeights(folder);
        StateDictLoader.Load(unet, weights);
        return unet;
    }

    /// <summary>The output for a case's inputs, or for those given in their place.</summary>
    public static Tensor Run(
        AudioLdm2UNet2DConditionModel unet, GoldenCase golden, IReadOnlyDictionary<string, Tensor>? inputs = null)
    {
        var text = TextConditioning.Create(
            Input("encoder_hidden_states")!, Input("encoder_hidden_states_1")!, unet.Placement,
            Input("encoder_attention_mask"), Input("encoder_attention_mask_1"));
        return unet.Forward(Input("sample")!, Input("timestep")!, text);

        Tensor? Input(string name) =>
            inputs?.GetValueOrDefault(name) ?? (golden.Has(name) ? golden[name] : null);
    }
}
