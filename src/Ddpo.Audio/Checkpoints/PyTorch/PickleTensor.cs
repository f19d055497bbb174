namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>A tensor as a pickle describes it: a view of a storage. Checked to lie within it.</summary>
internal sealed class PickleTensor
{
    /// <param name="storage">Where the values are.</param>
    /// <param name="dtype">Their type.</param>
    /// <param name="offset">The first value's index in the storage.</param>
    /// <param name="size">The shape, a tuple of integers.</param>
    /// <param name="stride">How far apart neighbours along each dimension are, in elements.</param>
    /// <exception cref="InvalidDataException">The description is damaged or reaches beyond the storage.</exception>
    public PickleTensor(PickleStorage storage, ScalarType dtype, long offset, PickleTuple size, PickleTuple stride)
    {
        (Storage, Dtype, Offset) = (storage, dtype, offset);
        (Shape, Strides) = (Integers(size), Integers(stride));
        if (Shape.Length != Strides.Length || offset < 0)
        {
            throw new InvalidDataException("a tensor's shape, strides and offset do not belong together");
        }

        if (!TensorShape.IsPossible(Shape))
        {
            throw new InvalidDataException($"a tensor's shape [{string.Join(", ", Shape)}] is too large");
        }

        try
        {
            Count = Shape.Aggregate(1L, (product, dimension) => product * dimension);
            Extent = Count == 0 ? 0 : Shape.Zip(Strides).Aggregate(1L, (sum, pair) => checked(sum + ((pair.First - 1) * pair.Second)));
            if (checked((offset + Extent) * Dtypes.SizeOf(dtype)) > storage.Bytes && Count > 0)
            {
                throw new InvalidDataException(
                    $"a tensor of shape [{string.Join(", ", Shape)}] reaches beyond the {storage.Bytes} bytes of storage '{storage.Key}'");
            }
        }
        catch (OverflowException exception)
        {
            throw new InvalidDataException($"a tensor's strides [{string.Join(", ", Strides)}] are too large", exception);
        }
    }

    public PickleStorage Storage { get; }

    public ScalarType Dtype { get; }

    public long Offset { get; }

    public long[] Shape { get; }

    public long[] Strides { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Elements of the storage from the first to the last one used.</summary>
    public long Extent { get; }

    /// <summary>Whether the values lie row by row without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var dimension = Shape.Length - 1; dimension >= 0; dimension--)
            {
                if (Shape[dimension] != 1 && Strides[dimension] != expected)
                {
                    return Count == 0;
                }

                expected *= Shape[dimension];
            }

            return true;
        }
    }

    private static long[] Integers(PickleTuple tuple) =>
        tuple.Items.Length <= TensorShape.MaxDimensions && tuple.Items.All(item => item is long and >= 0)
            ? [.. tuple.Items.Cast<long>()]
            : throw new InvalidDataException("a tensor's shape or strides are not a short tuple of integers from 0");
}
