namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>Where the operands of a convolution lie, for <see cref="RowConvolution"/>. Valid while the tensors live.</summary>
internal readonly unsafe struct RowKernel
{
    private RowKernel(Tensor weight, Tensor bias)
    {
        Weight = Row.Of(weight);
        Bias = Row.Of(bias);
    }

    /// <summary>Of the first output channel, the first input channel and the first tap.</summary>
    public float* Weight { get; private init; }

    /// <summary>Of the first output channel.</summary>
    public float* Bias { get; }

    /// <summary>Channels that come out.</summary>
    public int Outputs { get; private init; }

    /// <summary>Channels that go in.</summary>
    public int Inputs { get; private init; }

    /// <summary>Times that a result looks at.</summary>
    public int Taps { get; private init; }

    /// <summary>From a result's own time to that of the first tap.</summary>
    public int First { get; private init; }

    /// <summary>From tap to tap, in time.</summary>
    public int Dilation { get; private init; }

    /// <summary>From weight to weight of the same tap and input, in floats.</summary>
    public nint OutputStep { get; private init; }

    /// <summary>From weight to weight of the same tap and output, in floats.</summary>
    public nint InputStep { get; private init; }

    /// <summary>From weight to weight of the same channels, in floats.</summary>
    public nint TapStep { get; private init; }

    /// <summary>How far a result looks, to the farther side.</summary>
    public int Reach => Math.Max(-First, First + ((Taps - 1) * Dilation));

    /// <summary>A convolution in steps of one that keeps the length.</summary>
    /// <param name="weight">[out, in, taps], an odd number of them; as all, contiguous floats on the CPU.</param>
    /// <param name="bias">[out].</param>
    /// <param name="dilation">From tap to tap.</param>
    public static RowKernel Of(Tensor weight, Tensor bias, long dilation)
    {
        var (inputs, taps) = ((int)weight.shape[1], (int)weight.shape[2]);
        return new(weight, bias)
        {
            Outputs = (int)weight.shape[0],
            Inputs = inputs,
            Taps = taps,
            First = (int)dilation * (taps - 1) / -2,
            Dilation = (int)dilation,
            OutputStep = (nint)inputs * taps,
            InputStep = taps,
            TapStep = 1,
        };
    }

    /// <summary>
    /// One phase of a transposed convolution: the results at times <c>t · stride + phase</c> are a convolution over the input, at its times t.
    /// </summary>
    /// <param name="weight">[in, out, taps].</param>
    /// <param name="bias">[out].</param>
    /// <param name="stride">Results for each time of the input, and phases.</param>
    /// <param name="padding">Results that are left out at the front.</param>
    /// <param name="phase">From 0 to <paramref name="stride"/> - 1.</param>
    public static RowKernel OfPhase(Tensor weight, Tensor bias, long stride, long padding, int phase)
    {
        var (outputs, taps) = ((int)weight.shape[1], (int)weight.shape[2]);
        var (step, place) = ((int)stride, phase + (int)padding);
        // Input time t + q meets tap place - q * step, as long as there is one.
        var last = place / step;
        var least = -((taps - 1 - place) / step);
        var kernel = new RowKernel(weight, bias);
        return kernel with
        {
            Weight = kernel.Weight + place - (least * step),
            Outputs = outputs,
            Inputs = (int)weight.shape[0],
            Taps = last - least + 1,
            First = least,
            Dilation = 1,
            OutputStep = taps,
            InputStep = (nint)outputs * taps,
            TapStep = -step,
        };
    }
}
