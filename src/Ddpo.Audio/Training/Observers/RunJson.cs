using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ddpo.Audio.Training.Observers;

/// <summary>How the JSON files of a run are written: snake_case names, enumerations by name, numbers that read back bit for bit.</summary>
internal static class RunJson
{
    /// <summary>For files that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Line()) { WriteIndented = true };

    /// <summary>For one record a line. What could not be measured is written as "NaN".</summary>
    public static JsonSerializerOptions Lines { get; } = Line();

    /// <summary>Writes <paramref name="value"/>, indented, with a line break at the end.</summary>
    public static void Write<T>(Stream stream, T value)
    {
        JsonSerializer.Serialize(stream, value, Indented);
        stream.WriteByte((byte)'\n');
    }

    private static JsonSerializerOptions Line() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
    };
}
