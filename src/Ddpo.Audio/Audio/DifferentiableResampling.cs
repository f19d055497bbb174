namespace Ddpo.Audio;

/// <summary>Resamples tensors, so that gradients go through.</summary>
internal static class DifferentiableResampling
{
    /// <summary>As <see cref="ResampleKernel.Apply"/>, in double precision: [samples] to [resampled samples].</summary>
    /// <param name="signal">One channel, fp64.</param>
    /// <param name="from">Its rate, in Hz.</param>
    /// <param name="to">The new rate.</param>
    /// <param name="filter">The filter.</param>
    public static Tensor Apply(Tensor signal, int from, int to, ResampleFilter filter)
    {
        if (from == to)
        {
            return signal.alias();
        }

        using var scope = NewDisposeScope();
        var matrix = ResampleKernel.Get(from, to, filter).ToMatrix((int)signal.shape[0]);
        using var taps = tensor(matrix.Taps, [matrix.Phases, matrix.Width], ScalarType.Float64, signal.device);

        // Every block of input samples, with what reaches into it, gives one output sample for each phase.
        var blocks = F.pad(signal, [matrix.Before, matrix.After]).unfold(0, matrix.Width, matrix.Step); // [blocks, width]
        var resampled = blocks.matmul(taps.t()).flatten().narrow(0, 0, matrix.Filled); // [blocks × phases]
        return F.pad(resampled, [0, matrix.Length - matrix.Filled]).MoveToOuterDisposeScope();
    }
}
