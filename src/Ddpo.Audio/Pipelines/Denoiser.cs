using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Pipelines;

/// <summary>The UNet with classifier-free guidance around it: the same code for sampling and for training.</summary>
internal sealed class Denoiser(AudioLdm2UNet2DConditionModel unet)
{
    /// <summary>Brings conditioning into the form that <see cref="Predict"/> takes, once for all denoising steps.</summary>
    /// <returns>Belongs to the caller's dispose scope.</returns>
    public TextConditioning Prepare(Conditioning conditioning) => TextConditioning.Create(
        conditioning.GeneratedPromptEmbeds, conditioning.PromptEmbeds, unet.Placement, t5Mask: conditioning.AttentionMask);

    /// <summary>Predicts the model output for each latent, with guidance: u + g (c − u).</summary>
    /// <param name="latents">fp32 [batch, channels, frames, width].</param>
    /// <param name="timesteps">int64 [batch].</param>
    /// <param name="text">[negative, positive] rows (2 × batch) with guidance, else batch rows.</param>
    /// <param name="guidanceScale">g; unused when the text has no negative half.</param>
    /// <returns>fp32, shaped as <paramref name="latents"/>.</returns>
    public Tensor Predict(Tensor latents, Tensor timesteps, TextConditioning text, double guidanceScale)
    {
        using var scope = NewDisposeScope();
        var guided = text.T5.States.shape[0] == 2 * latents.shape[0];
        var sample = latents.to(unet.Placement.Dtype);
        var output = unet.Forward(
            guided ? cat([sample, sample]) : sample,
            guided ? cat([timesteps, timesteps]) : timesteps,
            text).to(ScalarType.Float32);
        if (guided)
        {
            var halves = output.chunk(2);
            output = halves[0].Add((halves[1] - halves[0]).Multiply(guidanceScale));
        }

        return output.MoveToOuterDisposeScope();
    }
}
