using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Vae;

/// <summary>Residual blocks at one resolution of the encoder, then, unless it is the last, half the resolution.</summary>
internal sealed class DownEncoderBlock2D : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "resnets")]
    private readonly Modules.ModuleList<ResnetBlock2D> _resnets;

    [ComponentName(Name = "downsamplers")]
    private readonly Modules.ModuleList<Downsample2D>? _downsamplers;

    public DownEncoderBlock2D(
        long inChannels, long outChannels, int layers, long groups, double eps, bool halves, Placement placement)
        : base(nameof(DownEncoderBlock2D))
    {
        _resnets = ResnetChain.Build(inChannels, outChannels, layers, groups, eps, placement);
        _downsamplers = halves ? new(new Downsample2D(outChannels, placement, padding: 0)) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ResnetChain.Run(_resnets, input);
        return (_downsamplers is null ? hidden : _downsamplers[0].call(hidden)).MoveToOuterDisposeScope();
    }
}

/// <summary>Residual blocks at one resolution of the decoder, then, unless it is the last, twice the resolution.</summary>
internal sealed class UpDecoderBlock2D : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "resnets")]
    private readonly Modules.ModuleList<ResnetBlock2D> _resnets;

    [ComponentName(Name = "upsamplers")]
    private readonly Modules.ModuleList<Upsample2D>? _upsamplers;

    public UpDecoderBlock2D(
        long inChannels, long outChannels, int layers, long groups, double eps, bool doubles, Placement placement)
        : base(nameof(UpDecoderBlock2D))
    {
        _resnets = ResnetChain.Build(inChannels, outChannels, layers, groups, eps, placement);
        _upsamplers = doubles ? new(new Upsample2D(outChannels, placement)) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = ResnetChain.Run(_resnets, input);
        return (_upsamplers is null ? hidden : _upsamplers[0].call(hidden)).MoveToOuterDisposeScope();
    }
}

/// <summary>Residual blocks one after the other; the first changes the number of channels.</summary>
internal static class ResnetChain
{
    public static Modules.ModuleList<ResnetBlock2D> Build(
        long inChannels, long outChannels, int layers, long groups, double eps, Placement placement) =>
        Repeated.Modules(
            layers, layer => new ResnetBlock2D(layer == 0 ? inChannels : outChannels, outChannels, groups, eps, placement));

    /// <summary>Runs the blocks, keeping only the last one's output.</summary>
    public static Tensor Run(Modules.ModuleList<ResnetBlock2D> resnets, Tensor input)
    {
        var hidden = resnets[0].call(input, null);
        foreach (var resnet in resnets.Skip(1))
        {
            using var previous = hidden;
            hidden = resnet.call(previous, null);
        }

        return hidden;
    }
}
