using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>What the UNet is given at a step. Owner of its tensors, which no dispose scope has.</summary>
internal sealed record UNetInputs(Tensor Latents, Tensor Timestep, TextConditioning Text) : IDisposable
{
    private const int Gpt2Tokens = 8;
    private const int T5Tokens = 16;

    /// <summary>Makes them up.</summary>
    public static UNetInputs Create(MeasuredModel model, Placement placement, int batch)
    {
        var (gpt2, t5) = (model.Config<Gpt2Config>("language_model"), model.Config<T5Config>("text_encoder_2"));
        var text = TextConditioning.Create(
            randn([batch, Gpt2Tokens, gpt2.ModelDim]), randn([batch, T5Tokens, t5.ModelDim]), placement, t5Mask: ones([batch, T5Tokens], ScalarType.Int64));
        return Keep(randn(model.LatentShape(batch, model.Seconds), device: placement.Device), zeros([1], ScalarType.Int64, placement.Device).Add(500L), text);
    }

    /// <summary>Takes tensors over from the dispose scope.</summary>
    public static UNetInputs Keep(Tensor latents, Tensor timestep, TextConditioning text)
    {
        foreach (var tensor in Tensors(latents, timestep, text))
        {
            tensor.DetachFromDisposeScope();
        }

        return new(latents, timestep, text);
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors(Latents, Timestep, Text))
        {
            tensor.Dispose();
        }
    }

    private static IEnumerable<Tensor> Tensors(Tensor latents, Tensor timestep, TextConditioning text) =>
        new[] { latents, timestep, text.Gpt2.States, text.T5.States, text.Gpt2.Bias, text.T5.Bias }.OfType<Tensor>();
}
