namespace Ddpo.Audio.Checkpoints;

/// <summary>What the readers need to know of an element type.</summary>
internal static class Dtypes
{
    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float64 or ScalarType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a type that checkpoints hold."),
    };

    /// <summary>Whether values of <paramref name="stored"/> may be loaded as <paramref name="target"/>: the kind must be the same.</summary>
    public static bool Converts(ScalarType stored, ScalarType target) => KindOf(stored) == KindOf(target);

    private static char KindOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64 => 'f',
        ScalarType.Bool => 'b',
        _ => 'i',
    };
}
