using System.Globalization;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>Four significant digits; a dash for what is not a number.</summary>
    public static string Text(double value) => Math.Abs(value) switch
    {
        double.NaN or double.PositiveInfinity => "–",
        0 => "0",
        < 1e-3 or >= 1e6 => Scientific(value),
        >= 1000 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    /// <summary>As <see cref="Text"/>, with a sign.</summary>
    public static string Change(double value) => (value > 0 ? "+" : "") + Text(value);

    /// <summary>A standard error or deviation behind its mean; nothing where a single value has none.</summary>
    public static string Error(double value) => double.IsFinite(value) ? $" ± {Text(value)}" : "";

    /// <summary>A share, as whole per cent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    /// <summary>How a share has changed, with its standard error where there is one.</summary>
    public static string PercentChange(RewardStatistics change) => string.Create(
        CultureInfo.InvariantCulture, $"{change.Mean * 100:+0;-0;0}{(change.Count > 1 ? $" ± {change.StandardError * 100:0}" : "")} %");

    /// <summary>How many standard errors a change is, in parentheses; nothing where it has none.</summary>
    public static string InErrors(RewardStatistics change) => change.Count > 1 && change.StandardError > 0
        ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Abs(change.Mean) / change.StandardError:0.0} standard errors)")
        : "";

    /// <summary>With one digit after the point, and the exponent when it needs one.</summary>
    public static string Scientific(double value) => value.ToString("0.##e0", CultureInfo.InvariantCulture);

    /// <summary>Seconds, minutes or hours.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds / 60 % 60):0} min"),
    };
}
