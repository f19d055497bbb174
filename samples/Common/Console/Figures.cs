using System.Globalization;

namespace Ddpo.Audio.Samples;

/// <summary>Numbers as all of these programs write them: alike everywhere, and the same in every country.</summary>
internal static class Figures
{
    /// <summary>A score, reward or norm: three digits after the point.</summary>
    public static string Score(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>A score with its standard error or deviation, where there is one: a single value has none.</summary>
    public static string Score(double value, double error) => Score(value) + (double.IsNaN(error) ? "" : $" ± {Score(error)}");

    /// <summary>A difference of scores, with its sign, and how many standard errors it is, where there are any.</summary>
    public static string Change(double value, double error) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture)
        + (double.IsNaN(error) ? "" : $" ± {Score(error)}") + Errors(value, error);

    /// <summary>A share, in per cent.</summary>
    public static string Share(double value) => $"{Percent(value, "F1")} %";

    /// <summary>A share with its standard error, where there is one.</summary>
    public static string Share(double value, double error) => $"{Percent(value, "F1")}{(double.IsNaN(error) ? "" : $" ± {Percent(error, "F1")}")} %";

    /// <summary>A difference of shares, as <see cref="Change"/>.</summary>
    public static string ShareChange(double value, double error) =>
        $"{Percent(value, "+0.0;-0.0;0.0")}{(double.IsNaN(error) ? "" : $" ± {Percent(error, "F1")}")} %{Errors(value, error)}";

    /// <summary>A number of any size.</summary>
    public static string Small(double value) => value == 0 ? "0" : value.ToString("0.0e0", CultureInfo.InvariantCulture);

    /// <summary>How long something took.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:F1} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:F1} h"),
    };

    /// <summary>How much of a file is there.</summary>
    public static string Megabytes(long bytes, long total) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bytes / 1e6)} of {Math.Round(total / 1e6)} MB");

    /// <summary>So many of something.</summary>
    public static string Count(int count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    /// <summary>When something was measured.</summary>
    public static string After(int epochs) => epochs == 0 ? "before training" : $"after {Count(epochs, "epoch")}";

    private static string Percent(double share, string format) => (share * 100).ToString(format, CultureInfo.InvariantCulture);

    private static string Errors(double value, double error) =>
        error > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({value / error:+0.0;-0.0;0.0} SE)") : "";
}
