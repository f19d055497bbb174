using System.Globalization;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Testing;

/// <summary>The outcome of comparing a tensor with its golden values, element by element.</summary>
public sealed class Comparison
{
    private readonly string _what;
    private readonly string? _failure;

    private Comparison(string what, string? failure, long elements, long outliers) =>
        (_what, _failure, Elements, Outliers) = (what, failure, elements, outliers);

    /// <summary>Elements compared.</summary>
    public long Elements { get; }

    /// <summary>Elements beyond the tolerance but within that of outliers.</summary>
    public long Outliers { get; }

    /// <summary>Compares; the tensors may be of any type and on any device.</summary>
    public static Comparison Of(string what, Tensor expected, Tensor actual, Tolerance tolerance)
    {
        if (!expected.shape.SequenceEqual(actual.shape))
        {
            return new Comparison(what, $"shape [{Join(expected.shape)}] expected, [{Join(actual.shape)}] found", 0, 0);
        }

        var (wanted, got) = (Values(expected), Values(actual));
        var perRow = wanted.Length / (int)Math.Max(1, expected.shape.FirstOrDefault(1));
        long outliers = 0, failures = 0;
        var worst = (Index: -1, Excess: double.NegativeInfinity);
        for (var i = 0; i < wanted.Length; i++)
        {
            var atol = tolerance.Rows is { } rows ? rows[i / perRow] : tolerance.Absolute;
            var allowed = atol + (tolerance.Relative * Math.Abs(wanted[i]));
            var off = wanted[i] == got[i] ? 0 : Math.Abs(wanted[i] - got[i]);
            if (off <= allowed)
            {
                continue;
            }

            if (off <= tolerance.Outlier)
            {
                outliers++;
                continue;
            }

            // NaN is in none of the ranges above, and is the worst there can be.
            failures++;
            var excess = double.IsNaN(off) ? double.PositiveInfinity : off - allowed;
            worst = excess > worst.Excess ? (i, excess) : worst;
        }

        var failure = failures == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{failures} of {wanted.Length} elements are outside the tolerance (atol {tolerance.Absolute}, rtol {tolerance.Relative}); worst at [{Join(Unravel(worst.Index, expected.shape))}]: expected {wanted[worst.Index]:G9}, found {got[worst.Index]:G9}");
        return new Comparison(what, failure, wanted.Length, outliers);
    }

    /// <summary>Fails, telling the worst element, when a shape differs or an element is outside every tolerance.</summary>
    public void AssertNoneOutside() => Xunit.Assert.True(_failure is null, $"{_what}: {_failure}.");

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return MemoryMarshal.Cast<byte, double>(tensor.to(ScalarType.Float64).cpu().contiguous().bytes).ToArray();
    }

    private static long[] Unravel(long index, long[] shape)
    {
        var indices = new long[shape.Length];
        for (var dimension = shape.Length - 1; dimension >= 0; dimension--)
        {
            (index, indices[dimension]) = Math.DivRem(index, shape[dimension]);
        }

        return indices;
    }

    private static string Join(long[] numbers) => string.Join(", ", numbers);
}
