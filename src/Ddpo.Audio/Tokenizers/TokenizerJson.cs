using System.Text.Json;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Tokenizers;

/// <summary>Reads a tokenizer's JSON files; whatever is wrong with one becomes a <see cref="CheckpointException"/> that names it.</summary>
internal static class TokenizerJson
{
    /// <summary>The contents of a file that must be there.</summary>
    public static JsonElement Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(PythonNumbers.Quote(File.ReadAllBytes(path)));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw Wrong(path, $"expected a JSON object, found {document.RootElement.ValueKind}");
        }
        catch (JsonException exception)
        {
            throw Wrong(path, $"it is not valid JSON ({exception.Message})", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(
                $"The tokenizer file '{path}' is missing. Copy it from the model's repository, beside the other tokenizer files.", exception);
        }
    }

    /// <summary>The contents of a file, or <see langword="null"/> when there is none.</summary>
    public static JsonElement? ReadOptional(string path) => File.Exists(path) ? Read(path) : null;

    /// <summary>Runs <paramref name="parse"/> on a file's contents and explains what it trips over.</summary>
    public static T Parse<T>(string path, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException
            or InvalidDataException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw Wrong(path, $"its layout is not a tokenizer's ({exception.Message})", exception);
        }
    }

    /// <summary>A token's number.</summary>
    /// <exception cref="InvalidDataException">It is negative.</exception>
    public static int Id(JsonElement value) =>
        value.GetInt32() is >= 0 and var id ? id : throw new InvalidDataException($"expected ids of 0 or more, found {value.GetRawText()}");

    /// <summary>The error for a file whose contents are not what they should be.</summary>
    public static CheckpointException Wrong(string path, string what, Exception? inner = null) =>
        new($"The tokenizer file '{path}' cannot be used: {what}. Download it again, or check which model it belongs to.", inner);
}
