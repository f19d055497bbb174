using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.Ops.Rows;

namespace Ddpo.Audio.Models.HifiGan;

/// <summary>Pairs of a dilated and a plain convolution, each pair beside a shortcut, over [batch, channels, time].</summary>
internal sealed class HifiGanResidualBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "convs1")]
    private readonly Modules.ModuleList<Conv1d> _dilated;

    [ComponentName(Name = "convs2")]
    private readonly Modules.ModuleList<Conv1d> _plain;

    private readonly double _slope;

    public HifiGanResidualBlock(long channels, int kernel, IReadOnlyList<int> dilations, double slope, Placement placement)
        : base(nameof(HifiGanResidualBlock))
    {
        _dilated = new([.. dilations.Select(dilation => Convolution(dilation))]);
        _plain = new([.. dilations.Select(_ => Convolution(1))]);
        _slope = slope;
        RegisterComponents();

        Conv1d Convolution(int dilation) =>
            new(channels, channels, kernel, placement, padding: dilation * (kernel - 1) / 2, dilation: dilation);
    }

    /// <summary>How far a result looks, to each side.</summary>
    public long Reach => _dilated.Zip(_plain, (dilated, plain) => dilated.Padding + plain.Padding).Sum();

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = Pair(0, input);
        for (var pair = 1; pair < _dilated.Count; pair++)
        {
            using var previous = hidden;
            hidden = Pair(pair, previous);
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Where the weights of each pair lie. On the CPU, in fp32.</summary>
    public IReadOnlyList<(RowKernel Dilated, RowKernel Plain)> Kernels() => [.. _dilated.Zip(_plain, (dilated, plain) => (dilated.Kernel(), plain.Kernel()))];

    /// <summary>One pair. At the waveform's rate every tensor is large, so what is this method's own is changed in place.</summary>
    private Tensor Pair(int pair, Tensor input)
    {
        CurrentWork.ThrowIfStopped();
        using var activated = input.LeakyRelu(_slope);
        using var inner = _dilated[pair].call(activated).LeakyReluInPlace(_slope);
        return _plain[pair].call(inner).AddInPlace(input);
    }
}
