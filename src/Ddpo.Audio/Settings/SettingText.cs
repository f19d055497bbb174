using System.ComponentModel;
using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Settings;

/// <summary>Reads single values of configuration.</summary>
internal static class SettingText
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign, Any = Whole | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A text, number, switch, choice or duration; <see langword="null"/> where the type has it and nothing is given.</summary>
    /// <remarks>
    /// The platform's converters would take <c>#12</c> for 18, <c>Float32,BFloat16</c> for the second, <c>24:00:00</c> for 24 days and <c>0:10</c> for ten
    /// minutes: what can be meant in two ways is refused here.
    /// </remarks>
    /// <exception cref="UnreadableSettingException">It is something else.</exception>
    public static object? Read(IConfigurationSection section, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (section.GetChildren().Any())
        {
            throw new UnreadableSettingException(section, Kind(plain), ", found further keys");
        }

        if (section.Value is not { } text || (text.Length == 0 && plain != type))
        {
            return plain != type || type == typeof(string) ? null : throw new UnreadableSettingException(section, Kind(plain), ", found nothing");
        }

        try
        {
            return plain == typeof(string) ? text : Convert(text.Trim(), plain);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new UnreadableSettingException(section, Kind(plain), Found(text, plain), exception);
        }
    }

    private static object Convert(string text, Type type) =>
        type == typeof(int) ? int.Parse(text, Whole, CultureInfo.InvariantCulture)
        : type == typeof(ulong) ? ulong.Parse(text, Whole, CultureInfo.InvariantCulture)
        : type == typeof(double) ? Finite(double.Parse(text, Any, CultureInfo.InvariantCulture), double.IsInfinity, text)
        : type == typeof(float) ? Finite(float.Parse(text, Any, CultureInfo.InvariantCulture), float.IsInfinity, text)
        : type == typeof(TimeSpan) ? Duration(text)
        : type.IsEnum && !type.IsDefined(typeof(FlagsAttribute), inherit: false) && text.Contains(',', StringComparison.Ordinal) ? throw new FormatException()
        : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text)!;

    // A number too large for its type becomes infinite; only a word may say so, and the limits of a setting answer it.
    private static T Finite<T>(T value, Func<T, bool> isInfinite, string text) =>
        isInfinite(value) && text.Any(char.IsAsciiDigit) ? throw new OverflowException() : value;

    private static TimeSpan Duration(string text)
    {
        var duration = TimeSpan.Parse(text, CultureInfo.InvariantCulture);
        var hours = text.Split(':')[0];
        return text.Count(letter => letter == ':') == 2 && (hours.Contains('.', StringComparison.Ordinal) || duration.Days == 0) ? duration : throw new FormatException();
    }

    private static string? Found(string text, Type type) => $", found '{text}'" + (
        type == typeof(TimeSpan) && !text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _) ? ", which would be days"
        : IsWhole(type) && BigInteger.TryParse(text, Whole, CultureInfo.InvariantCulture, out var number) && number.Sign >= 0 ? ", which is too large"
        : (type == typeof(double) || type == typeof(float)) && text.Contains(',', StringComparison.Ordinal) ? ": a point goes before decimals, and nothing between thousands"
        : "");

    private static bool IsWhole(Type type) => type == typeof(int) || type == typeof(ulong);

    private static string Kind(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : type == typeof(TimeSpan) ? "hours, minutes and seconds, as 00:00:10"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(ulong) ? "a whole number from 0 up"
        : "a whole number";
}
