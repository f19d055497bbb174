using System.Globalization;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>A range of values, with numbers at its ends and round ones between them.</summary>
/// <param name="Least">Where the axis begins.</param>
/// <param name="Most">Where it ends; more than <paramref name="Least"/>.</param>
/// <param name="Step">Between round numbers.</param>
internal sealed record Axis(double Least, double Most, double Step)
{
    // Numbers nearer to each other than this share of the axis cannot be read.
    private const double Apart = 0.08;

    /// <summary>The numbers to write along the axis: its ends, and the round ones that are not too near to them.</summary>
    public IEnumerable<double> Ticks => Step > Most - Least
        ? [(Least + Most) / 2] // a single epoch
        : [Least, .. Round.Where(tick => Place(tick) is > Apart and < 1 - Apart), Most];

    private IEnumerable<double> Round
    {
        get
        {
            var first = Math.Ceiling((Least / Step) - 1e-9);
            for (var i = 0; (first + i) * Step <= Most + (Step * 1e-9); i++)
            {
                yield return (first + i) * Step;
            }
        }
    }

    /// <summary>An axis for measured values, from a round number to another.</summary>
    public static Axis ForValues(IEnumerable<double> values)
    {
        var (least, most) = Range(values);
        if (most - least <= Math.Abs(most) * 1e-9)
        {
            var margin = most == 0 ? 1 : Math.Abs(most) / 2; // all are the same: in the middle
            (least, most) = (least == 0 ? 0 : least - margin, most + margin);
        }

        var step = RoundStep(most - least, 4);
        return new Axis(Math.Floor((least / step) + 1e-9) * step, Math.Ceiling((most / step) - 1e-9) * step, step);
    }

    /// <summary>An axis for epochs: from the first to the last, in whole steps.</summary>
    public static Axis ForEpochs(double first, double last) => last > first
        ? new Axis(first, last, Math.Max(1, RoundStep(last - first, 6)))
        : new Axis(first - 0.5, last + 0.5, 2);

    /// <summary>Where on the axis, from 0 to 1.</summary>
    public double Place(double value) => (value - Least) / (Most - Least);

    /// <summary>A round number as text, all with the same digits.</summary>
    public string Text(double tick)
    {
        if (Math.Abs(tick) < (Most - Least) * 1e-9)
        {
            return "0";
        }

        var decimals = -(int)Math.Floor(Math.Log10(Step) + 1e-9);
        return Math.Max(Math.Abs(Least), Math.Abs(Most)) is < 2e-3 or >= 1e6
            ? Numbers.Scientific(tick)
            : tick.ToString(string.Create(CultureInfo.InvariantCulture, $"F{Math.Max(0, decimals)}"), CultureInfo.InvariantCulture);
    }

    private static (double Least, double Most) Range(IEnumerable<double> values)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }

        return least <= most ? (least, most) : (0, 1);
    }

    // 1, 2 or 5 times a power of ten.
    private static double RoundStep(double range, int parts)
    {
        var rough = range / parts;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1.0000001 => power,
            <= 2.0000001 => 2 * power,
            <= 5.0000001 => 5 * power,
            _ => 10 * power,
        };
    }
}
