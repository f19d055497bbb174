namespace Ddpo.Audio.Runtime.Ops;

/// <summary>A convolution's operands, their channels filled up with zeros to whole blocks. Belongs to the caller's dispose scope.</summary>
/// <param name="Input">[batch, in, ...].</param>
/// <param name="Weight">[out, in, ...], or [in, out, ...] of a transposed convolution.</param>
/// <param name="Bias">[out].</param>
/// <param name="Outputs">Channels that the result has; those behind them are zeros.</param>
internal readonly record struct ChannelBlocks(Tensor Input, Tensor Weight, Tensor? Bias, long Outputs)
{
    /// <summary>Fills up; what is whole already stays as it is.</summary>
    public static ChannelBlocks Fill(Tensor input, Tensor weight, Tensor? bias, long block, bool isTransposed = false)
    {
        var (outputs, inputs) = isTransposed ? (weight.shape[1], weight.shape[0]) : (weight.shape[0], weight.shape[1]);
        var (moreOutputs, moreInputs) = (Missing(outputs, block), Missing(inputs, block));
        var (first, second) = isTransposed ? (moreInputs, moreOutputs) : (moreOutputs, moreInputs);
        return new(
            Append(input, 0, moreInputs),
            Append(weight, first, second),
            bias is null || moreOutputs == 0 ? bias : F.pad(bias, (0L, moreOutputs)),
            outputs);
    }

    /// <summary>The result's channels without those that were filled up.</summary>
    public Tensor Cut(Tensor result) => result.shape[1] == Outputs ? result : result.narrow(1, 0, Outputs).contiguous();

    private static long Missing(long channels, long block) => (block - (channels % block)) % block;

    // Behind the first and the second dimension; libtorch counts them from the last.
    private static Tensor Append(Tensor tensor, long first, long second)
    {
        if (first == 0 && second == 0)
        {
            return tensor;
        }

        var ends = new long[2 * tensor.dim()];
        (ends[^1], ends[^3]) = (first, second);
        return F.pad(tensor, ends);
    }
}
