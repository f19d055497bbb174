using System.Globalization;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>One number of every epoch.</summary>
internal static class Curve
{
    /// <summary>Epochs in a moving mean.</summary>
    public const int Window = 10;

    /// <summary>What a moving mean is of, in a run of so many epochs.</summary>
    /// <param name="points">Points of the curve.</param>
    /// <param name="epochs">Epochs in each of them.</param>
    public static string NameOfMean(int points, int epochs = 1) => points <= Window
        ? "mean of all epochs so far"
        : string.Create(CultureInfo.InvariantCulture, $"mean of the last {Window * epochs} epochs, fewer at first");

    /// <summary>Epochs to take together where the ends of a run are compared: up to <see cref="Window"/>, and not more than half of all.</summary>
    public static int WindowFor(int epochs) => Math.Min(Window, Math.Max(1, epochs / 2));

    /// <summary>The mean of each value and those before it, as many as there are up to <see cref="Window"/>; what is not a number is left out.</summary>
    public static double[] MovingMean(double[] values)
    {
        var means = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            means[i] = Mean(values.AsSpan(Math.Max(0, i + 1 - Window)..(i + 1)));
        }

        return means;
    }

    /// <summary>The mean of those that are finite numbers; NaN without one.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                (sum, count) = (sum + value, count + 1);
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
