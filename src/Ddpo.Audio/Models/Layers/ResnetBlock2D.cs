using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Models.Layers;

/// <summary>
/// Two group-normalised convolutions beside a shortcut, over [batch, channels, height, width]; between them, where the
/// block is built for it, a shift per channel made of the time embedding.
/// </summary>
internal sealed class ResnetBlock2D : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "norm1")]
    private readonly GroupNorm _norm1;

    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;

    [ComponentName(Name = "time_emb_proj")]
    private readonly Linear? _timeProjection;

    [ComponentName(Name = "norm2")]
    private readonly GroupNorm _norm2;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;

    [ComponentName(Name = "conv_shortcut")]
    private readonly Conv2d? _shortcut;

    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output; a 1x1 convolution matches the shortcut where they differ.</param>
    /// <param name="groups">Groups of both normalisations.</param>
    /// <param name="eps">Added to the variance in both.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    /// <param name="timeChannels">Features of the time embedding; <see langword="null"/>: the block takes none.</param>
    public ResnetBlock2D(
        long inChannels, long outChannels, long groups, double eps, Placement placement, long? timeChannels = null)
        : base(nameof(ResnetBlock2D))
    {
        _norm1 = new(groups, inChannels, eps, placement);
        _conv1 = new(inChannels, outChannels, 3, placement, padding: 1);
        _timeProjection = timeChannels is { } features ? new(features, outChannels, placement) : null;
        _norm2 = new(groups, outChannels, eps, placement);
        _conv2 = new(outChannels, outChannels, 3, placement, padding: 1);
        _shortcut = inChannels == outChannels ? null : new(inChannels, outChannels, 1, placement);
        RegisterComponents();
    }

    /// <param name="input">[batch, in, height, width].</param>
    /// <param name="activatedTime">
    /// [batch or 1, features]: the time embedding after its SiLU, which is the same for every block of a network and so is
    /// left to the caller. <see langword="null"/> for a block that takes none.
    /// </param>
    /// <returns>[batch, out, height, width].</returns>
    public override Tensor forward(Tensor input, Tensor? activatedTime = null)
    {
        CurrentWork.ThrowIfStopped();
        using var scope = NewDisposeScope();
        using var first = Convolve(_norm1, _conv1, input);
        if (_timeProjection is not null)
        {
            ArgumentNullException.ThrowIfNull(activatedTime);
            first.AddInPlace(_timeProjection.call(activatedTime).unsqueeze(-1).unsqueeze(-1)); // [batch, out, 1, 1]
        }

        var second = Convolve(_norm2, _conv2, first);
        return second.AddInPlace(_shortcut is null ? input : _shortcut.call(input)).MoveToOuterDisposeScope();
    }

    // What is large is freed as soon as it was read, or changed in place: its memory is then still in the cache when the next one takes it.
    private static Tensor Convolve(GroupNorm norm, Conv2d convolution, Tensor input)
    {
        using var activated = norm.call(input).silu_();
        return convolution.call(activated);
    }
}
