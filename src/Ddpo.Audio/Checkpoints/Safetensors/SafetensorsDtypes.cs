namespace Ddpo.Audio.Checkpoints.Safetensors;

/// <summary>The format's names of element types.</summary>
internal static class SafetensorsDtypes
{
    private static readonly (string Name, ScalarType Dtype)[] _known =
    [
        ("BOOL", ScalarType.Bool),
        ("U8", ScalarType.Byte),
        ("I8", ScalarType.Int8),
        ("I16", ScalarType.Int16),
        ("I32", ScalarType.Int32),
        ("I64", ScalarType.Int64),
        ("F16", ScalarType.Float16),
        ("BF16", ScalarType.BFloat16),
        ("F32", ScalarType.Float32),
        ("F64", ScalarType.Float64),
    ];

    /// <summary>All names that can be read, for messages.</summary>
    public static string Names => string.Join(", ", _known.Select(known => known.Name));

    public static ScalarType? Parse(string name)
    {
        foreach (var known in _known)
        {
            if (known.Name == name)
            {
                return known.Dtype;
            }
        }

        return null;
    }

    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static string NameOf(ScalarType dtype)
    {
        foreach (var known in _known)
        {
            if (known.Dtype == dtype)
            {
                return known.Name;
            }
        }

        throw new ArgumentException($"safetensors files hold {Names}; found {dtype}.", nameof(dtype));
    }
}
