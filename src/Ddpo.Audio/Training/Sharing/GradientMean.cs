using System.Runtime.InteropServices;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>The mean over all ranks of what each has of a gradient, the same bits on each. On the pipeline's thread.</summary>
/// <param name="ranks">The ranks.</param>
internal sealed class GradientMean(RankGroup ranks)
{
    private float[] _values = [];

    /// <summary>Replaces gradients, fp32 [n], by the mean over the ranks: summed in their order, then divided.</summary>
    public void Take(Tensor gradients)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var piece in ranks.IsAlone ? [] : TensorPieces.Of(gradients))
        {
            var count = (int)piece.numel();
            _values = _values.Length < count ? new float[count] : _values;
            MemoryMarshal.Cast<byte, float>(piece.cpu().bytes).CopyTo(_values);
            RankGroup.Wait(ranks.SumAsync("gradients", _values.AsMemory(0, count)));
            var mean = empty(count, ScalarType.Float32);
            var means = MemoryMarshal.Cast<byte, float>(mean.bytes);
            for (var i = 0; i < count; i++)
            {
                means[i] = _values[i] / ranks.Size;
            }

            piece.copy_(mean);
        }
    }
}
