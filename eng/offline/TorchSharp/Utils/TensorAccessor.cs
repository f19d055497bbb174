using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A stride-aware view of a tensor's elements in CPU memory.</summary>
public sealed unsafe class TensorAccessor<T> : IEnumerable<T>, IDisposable where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly T* _first;
    private readonly long[] _sizes;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _first = (T*)tensor.DataPointer;
        (_sizes, _strides, _contiguous) = (tensor.size(), tensor.stride(), tensor.is_contiguous());
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => *At(indices);
        set => *At(indices) = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (_contiguous)
        {
            new ReadOnlySpan<T>(_first + tensorIndex, count).CopyTo(array[arrayIndex..]);
            return;
        }
        for (var i = 0; i < count; i++)
            array[arrayIndex + i] = _first[Offset(tensorIndex + i)];
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        for (var i = 0; i < count; i++)
            _first[_contiguous ? tensorIndex + i : Offset(tensorIndex + i)] = array[arrayIndex + i];
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return Read(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _tensor.Dispose();

    private T Read(long index) => _first[_contiguous ? index : Offset(index)];

    private T* At(long[] indices)
    {
        if (indices.Length == 1 && _sizes.Length != 1)
        {
            Require(indices[0], Count);
            return _first + (_contiguous ? indices[0] : Offset(indices[0]));
        }
        if (indices.Length != _sizes.Length)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {_sizes.Length} dimensions");
        long offset = 0;
        for (var i = 0; i < indices.Length; i++)
        {
            Require(indices[i], _sizes[i]);
            offset += indices[i] * _strides[i];
        }
        return _first + offset;
    }

    private static void Require(long index, long count)
    {
        if (index < 0 || index >= count)
            throw new IndexOutOfRangeException($"Index {index} is outside of 0..{count - 1}.");
    }

    // Where the element of that row-major rank is.
    private long Offset(long rank)
    {
        long offset = 0;
        for (var i = _sizes.Length - 1; i >= 0; i--)
        {
            (rank, var index) = Math.DivRem(rank, _sizes[i]);
            offset += index * _strides[i];
        }
        return offset;
    }
}
