using Ddpo.Audio.Runtime.Ops.Rows;

namespace Ddpo.Audio.Models.Layers;

/// <summary>2-D convolution over [batch, channels, height, width].</summary>
internal sealed class Conv2d : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    private readonly long[] _stride;
    private readonly long[] _padding;

    public Conv2d(
        long inChannels, long outChannels, long kernel, Placement placement, long stride = 1, long padding = 0, bool bias = true)
        : base(nameof(Conv2d))
    {
        _weight = placement.Parameter(outChannels, inChannels, kernel, kernel);
        _bias = bias ? placement.Parameter(outChannels) : null;
        _stride = [stride, stride];
        _padding = [padding, padding];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => Convolution.Conv2d(input, _weight, _bias, _stride, _padding);
}

/// <summary>1-D convolution over [batch, channels, time].</summary>
internal sealed class Conv1d : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly long _stride;
    private readonly long _padding;
    private readonly long _dilation;

    public Conv1d(
        long inChannels, long outChannels, long kernel, Placement placement, long stride = 1, long padding = 0, long dilation = 1)
        : base(nameof(Conv1d))
    {
        _weight = placement.Parameter(outChannels, inChannels, kernel);
        _bias = placement.Parameter(outChannels);
        (_stride, _padding, _dilation) = (stride, padding, dilation);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        Convolution.Conv1d(input, _weight, _bias, _stride, _padding, _dilation);

    /// <summary>Zeros at each end.</summary>
    public long Padding => _padding;

    /// <summary>Where the weights lie, of one in steps of 1 that keeps the length. On the CPU, in fp32.</summary>
    public RowKernel Kernel() => RowKernel.Of(_weight, _bias, _dilation);
}

/// <summary>1-D transposed convolution over [batch, channels, time].</summary>
internal sealed class ConvTranspose1d : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    private readonly long _stride;
    private readonly long _padding;

    public ConvTranspose1d(long inChannels, long outChannels, long kernel, Placement placement, long stride, long padding)
        : base(nameof(ConvTranspose1d))
    {
        _weight = placement.Parameter(inChannels, outChannels, kernel);
        _bias = placement.Parameter(outChannels);
        (_stride, _padding) = (stride, padding);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        Convolution.ConvTranspose1d(input, _weight, _bias, _stride, _padding);

    /// <summary>Where the weights of each phase lie. On the CPU, in fp32.</summary>
    public IReadOnlyList<RowKernel> Phases() =>
        [.. Enumerable.Range(0, (int)_stride).Select(phase => RowKernel.OfPhase(_weight, _bias, _stride, _padding, phase))];

    /// <summary>How long what comes out is.</summary>
    public long LengthOf(long time) => ((time - 1) * _stride) - (2 * _padding) + _weight.shape[2];
}
