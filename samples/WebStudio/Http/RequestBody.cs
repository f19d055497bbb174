using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Ddpo.Audio.Samples;

/// <summary>Says why the body of a request cannot be read.</summary>
internal static class RequestBody
{
    private const string Title = "The request cannot be read.";
    private const string Expectation = "expected a JSON object, such as { \"seed\": 7 }.";

    /// <summary>What is wrong, in words.</summary>
    /// <param name="exception">What reading it came to.</param>
    /// <param name="endpoint">Whom it was for, which knows what it takes.</param>
    public static StudioProblemException ProblemOf(BadHttpRequestException exception, Endpoint? endpoint) => exception.InnerException switch
    {
        JsonException { InnerException: JsonException } damaged => Problem(
            $"The body is not valid JSON, in line {damaged.LineNumber + 1} after {damaged.BytePositionInLine} bytes; {Expectation}"),
        JsonException { Path: ['$', '.', .. var path] } => OfField(path.Split('.', '[')[0], endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType),
        JsonException => Problem($"The body is JSON, but no object; {Expectation}"),
        null when exception.StatusCode == StatusCodes.Status400BadRequest => Problem($"The body is empty, or null; {Expectation}"),
        _ => new(exception.StatusCode, Title, exception.Message),
    };

    private static StudioProblemException OfField(string name, Type? request)
    {
        var (errors, fields) = (new FieldErrors(), (request?.GetProperties() ?? []).ToDictionary(
            property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), property => property.PropertyType, StringComparer.OrdinalIgnoreCase));
        errors.Add(name, fields.TryGetValue(name, out var type)
            ? $"The value of '{name}' cannot be read; expected {Expected(Nullable.GetUnderlyingType(type) ?? type)}."
            : $"There is no field '{name}'; expected {string.Join(", ", fields.Keys)}, or some of them.");
        return StudioProblemException.Invalid(Title, errors);
    }

    private static StudioProblemException Problem(string detail) => new(StatusCodes.Status400BadRequest, Title, detail);

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(string) => "a text in quotes",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        { IsEnum: true } => string.Join(", ", StudioInfo.Algorithms.Select(algorithm => $"\"{JsonNamingPolicy.CamelCase.ConvertName(algorithm.ToString())}\"")),
        _ => "a list of texts in quotes",
    };
}
