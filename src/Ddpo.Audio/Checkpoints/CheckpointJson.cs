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

    /// <summary>Reads a JSON file into <typeparamref name="T"/>.</summary>
    /// <exception cref="CheckpointException">The file is missing or cannot be understood.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Options)
                ?? throw new CheckpointException($"'{path}' must hold a JSON object, found null.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"There is no file '{path}'. Copy or download the whole folder of the model.", exception);
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"'{path}' cannot be understood: {exception.Message}", exception);
        }
    }
}
