using System.ComponentModel;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Settings;

/// <summary>Reads single values of configuration.</summary>
internal static class SettingText
{
    /// <summary>A text, number, switch, choice or duration; <see langword="null"/> where the type has it and nothing is given.</summary>
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

        if (plain == typeof(TimeSpan) && !text.Contains(':', StringComparison.Ordinal))
        {
            throw new UnreadableSettingException(section, Kind(plain), $", found '{text}', which would be days");
        }

        try
        {
            return TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(text);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new UnreadableSettingException(section, Kind(plain), cause: exception);
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : type == typeof(TimeSpan) ? "hours, minutes and seconds, as 00:00:10"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(ulong) ? "a whole number from 0 up"
        : "a whole number";
}
