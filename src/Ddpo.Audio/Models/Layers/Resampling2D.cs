namespace Ddpo.Audio.Models.Layers;

/// <summary>Halves height and width by a strided 3x3 convolution.</summary>
internal sealed class Downsample2D : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;

    private readonly bool _padsEnd;

    /// <param name="channels">Channels of input and output.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    /// <param name="padding">1: zeros on every side (the UNet); 0: one row below and one column to the right (the VAE).</param>
    public Downsample2D(long channels, Placement placement, long padding = 1)
        : base(nameof(Downsample2D))
    {
        _conv = new(channels, channels, 3, placement, stride: 2, padding: padding);
        _padsEnd = padding == 0;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        if (!_padsEnd)
        {
            return _conv.call(input);
        }

        using var padded = F.pad(input, (0, 1, 0, 1));
        return _conv.call(padded);
    }
}

/// <summary>Doubles height and width by repeating pixels, or brings them to a given size, then a 3x3 convolution.</summary>
internal sealed class Upsample2D : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;

    public Upsample2D(long channels, Placement placement)
        : base(nameof(Upsample2D))
    {
        _conv = new(channels, channels, 3, placement, padding: 1);
        RegisterComponents();
    }

    /// <summary>[batch, channels, height, width] to [batch, channels, 2 height, 2 width].</summary>
    public override Tensor forward(Tensor input) => ToSize(input, input.shape[2] * 2, input.shape[3] * 2);

    /// <summary>[batch, channels, h, w] to [batch, channels, <paramref name="height"/>, <paramref name="width"/>].</summary>
    public Tensor ToSize(Tensor input, long height, long width)
    {
        using var larger = F.interpolate(input, size: [height, width], mode: InterpolationMode.Nearest);
        return _conv.call(larger);
    }
}
