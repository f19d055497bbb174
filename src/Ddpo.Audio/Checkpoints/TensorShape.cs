namespace Ddpo.Audio.Checkpoints;

/// <summary>Which shapes a file may give a tensor.</summary>
internal static class TensorShape
{
    /// <summary>As many dimensions as libtorch copies.</summary>
    public const int MaxDimensions = 64;

    // Bytes of the widest element, so that sizes in bytes do not overflow either.
    private const long MaxCount = long.MaxValue / 8;

    private const int Shown = 8;

    /// <summary>
    /// Whether the sizes are not negative and few, and their strides can be counted: those of a tensor without values too,
    /// for [0, 2^62, 8] has none and is none.
    /// </summary>
    public static bool IsPossible(ReadOnlySpan<long> shape)
    {
        if (shape.Length > MaxDimensions)
        {
            return false;
        }

        long count = 1;
        foreach (var size in shape)
        {
            if (size < 0 || Math.Max(size, 1) > MaxCount / count)
            {
                return false;
            }

            count *= Math.Max(size, 1);
        }

        return true;
    }

    /// <summary>The sizes, for messages; the first of them where there are many.</summary>
    public static string Describe(ReadOnlySpan<long> shape) =>
        string.Join(", ", shape[..Math.Min(shape.Length, Shown)].ToArray()) + (shape.Length > Shown ? $", and {shape.Length - Shown} more" : "");
}
