namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>A Python tuple. Lists are <see cref="List{T}"/>, sets too; scalars are the .NET types, integers <see cref="long"/>.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A type that values are declared with and that is never made an instance of, such as <c>torch.FloatStorage</c>.</summary>
internal sealed record PickleStorageType(ScalarType? Dtype);

/// <summary>Something that a pickle may call.</summary>
internal sealed record PickleFunction(string Name, Func<object?[], object?> Call);

/// <summary>numpy's description of an element type, as its scalars are pickled with.</summary>
internal sealed class PickleNumpyDtype(string code)
{
    /// <summary>Kind and size, such as <c>f8</c>.</summary>
    public string Code { get; } = code;

    /// <summary><c>&lt;</c> little-endian, <c>&gt;</c> big-endian, <c>|</c> not applicable.</summary>
    public string ByteOrder { get; set; } = "|";
}

/// <summary>A piece of memory that tensors share, stored as an entry of its own.</summary>
internal sealed record PickleStorage(string Key, ScalarType Dtype, long Bytes);
