using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>
/// Convolutions over rows of floats that lie in a core's own caches. What follows a convolution is done while its results are in registers.
/// </summary>
/// <remarks>
/// A result is made in the same order wherever its tile begins, so that neither the number of threads nor how time is cut changes a bit.
/// </remarks>
internal static unsafe class RowConvolution
{
    /// <summary>So many results are made at a time: up to so many floats behind the last one are read and written.</summary>
    public const int Tile = 3 * Lanes;

    private const int Lanes = 16;
    private const int Channels = 8;

    /// <summary>Whether this machine has the vectors that make it worth while.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>Convolves: <c>value = bias + weight * input (+ sum)</c>, then <c>output = leakyReLU(value)</c>.</summary>
    /// <param name="kernel">The weights.</param>
    /// <param name="input">Rows; around the stretch are the times that the kernel looks at.</param>
    /// <param name="from">The input's column at the time of the first result.</param>
    /// <param name="sum">Rows that the result is added to, and that keep it; null for none.</param>
    /// <param name="output">Rows for the activated result.</param>
    /// <param name="to">Columns of <paramref name="sum"/> and <paramref name="output"/> for the results.</param>
    /// <param name="slope">Of what is below zero; 1 for no activation.</param>
    public static void Run(in RowKernel kernel, Rows input, int from, Rows? sum, Rows output, Stretch to, float slope)
    {
        for (var channel = 0; channel < kernel.Outputs;)
        {
            var isBlock = channel + Channels <= kernel.Outputs;
            for (var done = 0; done < to.Length; done += Tile)
            {
                var place = input.At(0, from + done + kernel.First);
                var sums = sum is { } rows ? rows.At(channel, to.Start + done) : null;
                var result = output.At(channel, to.Start + done);
                if (isBlock)
                {
                    EightRows(kernel, channel, place, input.Stride, sums, sum?.Stride ?? 0, result, output.Stride, slope);
                }
                else
                {
                    OneRow(kernel, channel, place, input.Stride, sums, result, slope);
                }
            }

            channel += isBlock ? Channels : 1;
        }
    }

    // Eight rows of three vectors: enough results to hide how long a multiplication takes, twice as many multiplications as loads, and all in registers. No
    // calls: they would have the results wait in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(
        in RowKernel kernel, int channel, float* input, nint inputStride, float* sum, nint sumStride, float* output, nint outputStride, float slope)
    {
        var (inputs, taps, dilation) = (kernel.Inputs, kernel.Taps, (nint)kernel.Dilation * sizeof(float));
        var (inputStep, tapStep, step) = (kernel.InputStep, kernel.TapStep * sizeof(float), kernel.OutputStep);
        var weights = kernel.Weight + (channel * step);
        var bias = kernel.Bias + channel;
        Vector512<float> a0, a1, a2, b0, b1, b2, c0, c1, c2, d0, d1, d2, e0, e1, e2, f0, f1, f2, g0, g1, g2, h0, h1, h2;
        a0 = a1 = a2 = Vector512.Create(bias[0]);
        b0 = b1 = b2 = Vector512.Create(bias[1]);
        c0 = c1 = c2 = Vector512.Create(bias[2]);
        d0 = d1 = d2 = Vector512.Create(bias[3]);
        e0 = e1 = e2 = Vector512.Create(bias[4]);
        f0 = f1 = f2 = Vector512.Create(bias[5]);
        g0 = g1 = g2 = Vector512.Create(bias[6]);
        h0 = h1 = h2 = Vector512.Create(bias[7]);
        for (var row = 0; row < inputs; row++, input += inputStride, weights += inputStep)
        {
            var (x, w, v, u) = ((nint)input, (nint)weights, (nint)(weights + (3 * step)), (nint)(weights + (6 * step)));
            for (var tap = 0; tap < taps; tap++, x += dilation, w += tapStep, v += tapStep, u += tapStep)
            {
                var x0 = Vector512.Load((float*)x);
                var x1 = Vector512.Load((float*)x + Lanes);
                var x2 = Vector512.Load((float*)x + (2 * Lanes));
                var weight = Vector512.Create(*(float*)w);
                a0 = Vector512.FusedMultiplyAdd(weight, x0, a0);
                a1 = Vector512.FusedMultiplyAdd(weight, x1, a1);
                a2 = Vector512.FusedMultiplyAdd(weight, x2, a2);
                weight = Vector512.Create(((float*)w)[step]);
                b0 = Vector512.FusedMultiplyAdd(weight, x0, b0);
                b1 = Vector512.FusedMultiplyAdd(weight, x1, b1);
                b2 = Vector512.FusedMultiplyAdd(weight, x2, b2);
                weight = Vector512.Create(((float*)w)[2 * step]);
                c0 = Vector512.FusedMultiplyAdd(weight, x0, c0);
                c1 = Vector512.FusedMultiplyAdd(weight, x1, c1);
                c2 = Vector512.FusedMultiplyAdd(weight, x2, c2);
                weight = Vector512.Create(((float*)v)[0]);
                d0 = Vector512.FusedMultiplyAdd(weight, x0, d0);
                d1 = Vector512.FusedMultiplyAdd(weight, x1, d1);
                d2 = Vector512.FusedMultiplyAdd(weight, x2, d2);
                weight = Vector512.Create(((float*)v)[step]);
                e0 = Vector512.FusedMultiplyAdd(weight, x0, e0);
                e1 = Vector512.FusedMultiplyAdd(weight, x1, e1);
                e2 = Vector512.FusedMultiplyAdd(weight, x2, e2);
                weight = Vector512.Create(((float*)v)[2 * step]);
                f0 = Vector512.FusedMultiplyAdd(weight, x0, f0);
                f1 = Vector512.FusedMultiplyAdd(weight, x1, f1);
                f2 = Vector512.FusedMultiplyAdd(weight, x2, f2);
                weight = Vector512.Create(((float*)u)[0]);
                g0 = Vector512.FusedMultiplyAdd(weight, x0, g0);
                g1 = Vector512.FusedMultiplyAdd(weight, x1, g1);
                g2 = Vector512.FusedMultiplyAdd(weight, x2, g2);
                weight = Vector512.Create(((float*)u)[step]);
                h0 = Vector512.FusedMultiplyAdd(weight, x0, h0);
                h1 = Vector512.FusedMultiplyAdd(weight, x1, h1);
                h2 = Vector512.FusedMultiplyAdd(weight, x2, h2);
            }
        }

        Finish(a0, a1, a2, sum + (0 * sumStride), output + (0 * outputStride), slope);
        Finish(b0, b1, b2, sum + (1 * sumStride), output + (1 * outputStride), slope);
        Finish(c0, c1, c2, sum + (2 * sumStride), output + (2 * outputStride), slope);
        Finish(d0, d1, d2, sum + (3 * sumStride), output + (3 * outputStride), slope);
        Finish(e0, e1, e2, sum + (4 * sumStride), output + (4 * outputStride), slope);
        Finish(f0, f1, f2, sum + (5 * sumStride), output + (5 * outputStride), slope);
        Finish(g0, g1, g2, sum + (6 * sumStride), output + (6 * outputStride), slope);
        Finish(h0, h1, h2, sum + (7 * sumStride), output + (7 * outputStride), slope);
    }

    // For what eight rows do not divide.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(in RowKernel kernel, int channel, float* input, nint inputStride, float* sum, float* output, float slope)
    {
        var weights = kernel.Weight + (channel * kernel.OutputStep);
        Vector512<float> a0, a1, a2;
        a0 = a1 = a2 = Vector512.Create(kernel.Bias[channel]);
        for (var row = 0; row < kernel.Inputs; row++, input += inputStride, weights += kernel.InputStep)
        {
            for (var tap = 0; tap < kernel.Taps; tap++)
            {
                var x = input + (tap * kernel.Dilation);
                var weight = Vector512.Create(weights[tap * kernel.TapStep]);
                a0 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(x), a0);
                a1 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(x + Lanes), a1);
                a2 = Vector512.FusedMultiplyAdd(weight, Vector512.Load(x + (2 * Lanes)), a2);
            }
        }

        Finish(a0, a1, a2, sum, output, slope);
    }

    // Without a sum the strides are 0, and the address stays null.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, float* sum, float* output, float slope)
    {
        if (sum is not null)
        {
            v0 += Vector512.Load(sum);
            v1 += Vector512.Load(sum + Lanes);
            v2 += Vector512.Load(sum + (2 * Lanes));
            v0.Store(sum);
            v1.Store(sum + Lanes);
            v2.Store(sum + (2 * Lanes));
        }

        Row.LeakyRelu(v0, slope).Store(output);
        Row.LeakyRelu(v1, slope).Store(output + Lanes);
        Row.LeakyRelu(v2, slope).Store(output + (2 * Lanes));
    }
}
