namespace Ddpo.Audio;

/// <summary>Taps of "kaiser_best" of resampy 0.4: a finely sampled windowed sinc, interpolated linearly between its samples.</summary>
internal static class KaiserBestTaps
{
    public const int ZeroCrossings = 50;
    private const int TableSteps = 8192; // per zero crossing
    private const double Beta = 12.984585247040012;
    private const double Rolloff = 0.9173472788336534;

    private static readonly Lazy<double[]> s_table = new(BuildTable);

    /// <inheritdoc cref="SincHannTaps.At"/>
    public static ResampleKernel.Phase At(double position, int from, int to)
    {
        var scale = Math.Min(1, (double)to / from);
        var step = (int)(scale * TableSteps); // whole steps, as in the original, so the cut-off is rounded when going down
        var origin = (int)Math.Floor(position);
        var left = Wing(scale * (position - origin), step, scale);
        var right = Wing(scale * (1 - (position - origin)), step, scale);
        Array.Reverse(left);
        return new(origin - left.Length + 1, [.. left, .. right]);
    }

    /// <summary>Taps going away from the output sample, the first one <paramref name="distance"/> zero crossings from it.</summary>
    private static double[] Wing(double distance, int step, double scale)
    {
        var table = s_table.Value;
        var offset = (int)(distance * TableSteps);
        var fraction = (distance * TableSteps) - offset;
        var taps = new double[Math.Max(0, (table.Length - offset) / step)];
        for (var i = 0; i < taps.Length; i++)
        {
            var index = offset + (i * step);
            var next = index + 1 < table.Length ? table[index + 1] : table[index];
            taps[i] = scale * (table[index] + (fraction * (next - table[index])));
        }

        return taps;
    }

    private static double[] BuildTable()
    {
        var table = new double[(ZeroCrossings * TableSteps) + 1];
        for (var i = 0; i < table.Length; i++)
        {
            var x = Math.PI * Rolloff * i / TableSteps;
            var taper = Bessel0(Beta * Math.Sqrt(1 - Math.Pow((double)i / (table.Length - 1), 2))) / Bessel0(Beta);
            table[i] = Rolloff * taper * (i == 0 ? 1 : Math.Sin(x) / x);
        }

        return table;
    }

    /// <summary>The modified Bessel function of the first kind and order 0, by its power series.</summary>
    private static double Bessel0(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }

        return sum;
    }
}
