using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Checkpoints;

/// <summary>How the JSON files beside weights are read.</summary>
internal static class CheckpointJson
{
    /// <summary>snake_case names; text where text is due, null only where the record allows it; unknown names are passed over.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>The same for the settings of models: their numbers are finite in 32 bits.</summary>
    public static JsonSerializerOptions OfModels { get; } = new(Options) { Converters = { new FiniteDoubles(), new FiniteSingles() } };

    /// <summary>Reads a JSON file into <typeparamref name="T"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; <see cref="Options"/> when not given.</param>
    /// <exception cref="CheckpointException">The file is missing or cannot be understood.</exception>
    public static T Read<T>(string path, JsonSerializerOptions? options = null)
    {
        try
        {
            return Parse<T>(File.ReadAllBytes(path), path, options);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"There is no file '{path}'. Copy or download the whole folder of the model.", exception);
        }
    }

    /// <summary>Reads JSON that lies at <paramref name="location"/> into <typeparamref name="T"/>.</summary>
    /// <param name="utf8">The JSON, as Python may write it.</param>
    /// <param name="location">Where it lies, for messages.</param>
    /// <param name="options">How; <see cref="Options"/> when not given.</param>
    /// <exception cref="CheckpointException">It cannot be understood.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> utf8, string location, JsonSerializerOptions? options = null)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(PythonNumbers.Quote(utf8).Span, options ?? Options)
                ?? throw new CheckpointException($"'{location}' must hold a JSON object, found null.");
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"'{location}' cannot be understood: {exception.Message}", exception);
        }
    }
}
