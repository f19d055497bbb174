using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>
/// A 1x1 convolution that takes pixels to tokens, or tokens to pixels: a matrix product for each image, which transposes on the way. So neither form is copied into the other, and
/// images stay in the layout that 3x3 convolutions are fastest in.
/// </summary>
internal sealed class PixelProjection : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly long _channels;

    /// <param name="channels">Of pixels and tokens.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    public PixelProjection(long channels, Placement placement)
        : base(nameof(PixelProjection))
    {
        _weight = placement.Parameter(channels, channels, 1, 1);
        _bias = placement.Parameter(channels);
        _channels = channels;
        RegisterComponents();
    }

    /// <param name="input">[batch, channels, height, width], or [batch, tokens, channels].</param>
    /// <returns>[batch, tokens, channels] for an image; [batch, channels, pixels] for tokens.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var weight = _weight.view(1, _channels, _channels).expand(input.shape[0], -1, -1); // [batch, out, in]
        return (input.dim() == 4
            ? Product(input.flatten(2).transpose(1, 2), weight.transpose(1, 2), _bias)
            : Product(weight, AsIs(input).transpose(1, 2), _bias.unsqueeze(-1))).MoveToOuterDisposeScope();
    }

    // A slice of everything, whose gradient is copied into one that is contiguous: blocks before this one would have to do so again and again.
    private static Tensor AsIs(Tensor tokens) => tokens.narrow(0, 0, tokens.shape[0]);

    private static Tensor Product(Tensor left, Tensor right, Tensor bias) =>
        left.baddbmm(right, bias.expand(left.shape[0], left.shape[1], right.shape[2]));
}
