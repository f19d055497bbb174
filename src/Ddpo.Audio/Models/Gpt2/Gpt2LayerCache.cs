namespace Ddpo.Audio.Models.Gpt2;

/// <summary>One layer's keys and values of the positions seen so far. Use without gradients; it writes in place.</summary>
internal sealed class Gpt2LayerCache(long capacity) : IDisposable
{
    private Tensor? _keys;
    private Tensor? _values;
    private long _length;

    /// <summary>Stores the next positions' keys and values, [batch, heads, new, dim], and returns those of all positions.</summary>
    public (Tensor Keys, Tensor Values) Append(Tensor keys, Tensor values)
    {
        _keys ??= Allocate(keys);
        _values ??= Allocate(values);

        var count = keys.shape[2];
        using (var keySlot = _keys.narrow(2, _length, count))
        using (var valueSlot = _values.narrow(2, _length, count))
        {
            keySlot.copy_(keys);
            valueSlot.copy_(values);
        }

        _length += count;
        return (_keys.narrow(2, 0, _length), _values.narrow(2, 0, _length));
    }

    public void Dispose()
    {
        _keys?.Dispose();
        _values?.Dispose();
    }

    private Tensor Allocate(Tensor like) =>
        empty(like.shape[0], like.shape[1], capacity, like.shape[3], like.dtype, like.device).DetachFromDisposeScope();
}
