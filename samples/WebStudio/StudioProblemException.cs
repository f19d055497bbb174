namespace Ddpo.Audio.Samples;

/// <summary>Something that the visitor is told, as problem details.</summary>
internal sealed class StudioProblemException(int status, string title, string? detail = null, IDictionary<string, string[]>? errors = null)
    : Exception(detail ?? title)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>What it is about, in short.</summary>
    public string Title { get; } = title;

    /// <summary>What is wrong with each field of the request, when that is it.</summary>
    public IDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>The request has errors, all of which are told.</summary>
    public static StudioProblemException Invalid(string title, FieldErrors errors) =>
        new(StatusCodes.Status400BadRequest, title, errors: errors.ToDictionary());
}
