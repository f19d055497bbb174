using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Testing;

/// <summary>A checkpoint that lies in memory, for what no fixture file has. The tensors stay the caller's.</summary>
internal sealed class MemorySource(IReadOnlyDictionary<string, Tensor> tensors) : TensorSource("memory")
{
    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; } = tensors.ToDictionary(
        pair => pair.Key, pair => new TensorEntry(pair.Key, pair.Value.dtype, pair.Value.shape));

    public override void Dispose()
    {
    }

    protected override bool Fill(TensorEntry entry, Tensor target)
    {
        target.copy_(tensors[entry.Name]);
        return FiniteValues.All(target);
    }
}
