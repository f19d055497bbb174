namespace Ddpo.Audio.Training.Parameters;

/// <summary>Tensors as they were, in memory of the CPU that is allocated once. Owner of the copies.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly IReadOnlyList<(Tensor Live, Tensor Copy)> _tensors;

    /// <param name="tensors">What to remember; they stay the caller's.</param>
    public Snapshot(IEnumerable<Tensor> tensors)
    {
        using var noGradient = no_grad();
        _tensors = [.. tensors.Select(live => (live, empty(live.shape, live.dtype).DetachFromDisposeScope()))];
    }

    /// <summary>What is remembered.</summary>
    public IEnumerable<Tensor> Live => _tensors.Select(tensor => tensor.Live);

    /// <summary>Remembers what there is now.</summary>
    public void Take()
    {
        using var noGradient = no_grad();
        foreach (var (live, copy) in _tensors)
        {
            copy.copy_(live);
        }
    }

    /// <summary>Makes everything what it was.</summary>
    public void PutBack()
    {
        using var noGradient = no_grad();
        foreach (var (live, copy) in _tensors)
        {
            live.copy_(copy);
        }
    }

    public void Dispose()
    {
        foreach (var (_, copy) in _tensors)
        {
            copy.Dispose();
        }
    }
}
