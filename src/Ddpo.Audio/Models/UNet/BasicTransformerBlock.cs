using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Self-attention, attention to a text (or a second self-attention) and a gated feed-forward, each beside a shortcut.</summary>
internal sealed class BasicTransformerBlock : nn.Module<Tensor, TextStream?, Tensor>
{
    private const double NormEps = 1e-5;

    [ComponentName(Name = "norm1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn1")]
    private readonly UNetAttention _selfAttention;

    [ComponentName(Name = "norm2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "attn2")]
    private readonly UNetAttention _textAttention;

    [ComponentName(Name = "norm3")]
    private readonly LayerNorm _norm3;

    [ComponentName(Name = "ff")]
    private readonly GatedFeedForward _feedForward;

    public BasicTransformerBlock(long channels, long? textChannels, long heads, Placement placement)
        : base(nameof(BasicTransformerBlock))
    {
        _norm1 = new(channels, NormEps, placement);
        _selfAttention = new(channels, null, heads, placement);
        _norm2 = new(channels, NormEps, placement);
        _textAttention = new(channels, textChannels, heads, placement);
        _norm3 = new(channels, NormEps, placement);
        _feedForward = new(channels, placement);
        RegisterComponents();
    }

    /// <param name="input">[batch, tokens, channels].</param>
    /// <param name="text">The text; <see langword="null"/> in a block built without one.</param>
    public override Tensor forward(Tensor input, TextStream? text)
    {
        CurrentWork.ThrowIfStopped();
        using var first = Attend(_norm1, _selfAttention, input, null);
        using var second = Attend(_norm2, _textAttention, first, text);
        using var normed = _norm3.call(second);
        return _feedForward.call(normed).AddInPlace(second);
    }

    private static Tensor Attend(LayerNorm norm, UNetAttention attention, Tensor input, TextStream? text)
    {
        using var normed = norm.call(input);
        return attention.call(normed, text).AddInPlace(input);
    }
}
