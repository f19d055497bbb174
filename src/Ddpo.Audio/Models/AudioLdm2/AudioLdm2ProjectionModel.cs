using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.AudioLdm2;

/// <summary>Brings both text encoders' vectors to GPT-2's width and frames each with a learned first and last vector.</summary>
internal sealed class AudioLdm2ProjectionModel : nn.Module
{
    [ComponentName(Name = "sos_embed")]
    private readonly Parameter _start;

    [ComponentName(Name = "eos_embed")]
    private readonly Parameter _end;

    [ComponentName(Name = "sos_embed_1")]
    private readonly Parameter _start1;

    [ComponentName(Name = "eos_embed_1")]
    private readonly Parameter _end1;

    [ComponentName(Name = "projection")]
    private readonly Linear _projection;

    [ComponentName(Name = "projection_1")]
    private readonly Linear _projection1;

    public AudioLdm2ProjectionModel(AudioLdm2ProjectionConfig config, Placement placement)
        : base(nameof(AudioLdm2ProjectionModel))
    {
        _projection = new Linear(config.TextEncoderDim, config.LanguageModelDim, placement);
        _projection1 = new Linear(config.TextEncoder1Dim, config.LanguageModelDim, placement);
        _start = placement.Parameter(config.LanguageModelDim);
        _end = placement.Parameter(config.LanguageModelDim);
        _start1 = placement.Parameter(config.LanguageModelDim);
        _end1 = placement.Parameter(config.LanguageModelDim);
        RegisterComponents();
    }

    /// <summary>The sequence sos, clap, eos, sos_1, t5 ..., eos_1 and its mask; the four added positions attend.</summary>
    /// <param name="clap">CLAP's text vectors, [batch, n, text_encoder_dim].</param>
    /// <param name="clapMask">[batch, n], 1 = attend.</param>
    /// <param name="t5">T5's hidden states, [batch, tokens, text_encoder_1_dim].</param>
    /// <param name="t5Mask">[batch, tokens], 1 = attend.</param>
    /// <returns>Vectors [batch, n + tokens + 4, language_model_dim] and mask [batch, n + tokens + 4].</returns>
    public (Tensor Hidden, Tensor Mask) Forward(Tensor clap, Tensor clapMask, Tensor t5, Tensor t5Mask)
    {
        using var scope = NewDisposeScope();
        var batch = clap.shape[0];
        Tensor Repeated(Parameter vector) => vector.expand(batch, 1, -1);

        var hidden = cat(
        [
            Repeated(_start), _projection.call(clap), Repeated(_end),
            Repeated(_start1), _projection1.call(t5), Repeated(_end1),
        ], 1);

        var one = ones(batch, 1, clapMask.dtype, clapMask.device);
        var mask = cat([one, clapMask, one, one, t5Mask, one], 1);
        return (hidden.MoveToOuterDisposeScope(), mask.MoveToOuterDisposeScope());
    }
}
