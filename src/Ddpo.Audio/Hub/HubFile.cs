using System.Text.RegularExpressions;

namespace Ddpo.Audio.Hub;

/// <summary>What the hub says of a file.</summary>
/// <param name="Name">Its name in the model, with slashes.</param>
/// <param name="Etag">What names its content: the SHA-256 of large files, git's hash of small ones.</param>
/// <param name="Size">Its bytes; <see langword="null"/> when the hub does not say.</param>
internal sealed partial record HubFile(string Name, string Etag, long? Size)
{
    /// <summary>The name of content without the marks around it, which becomes a file's name; <see langword="null"/> when it cannot.</summary>
    public static string? CleanEtag(string? header)
    {
        var etag = header?.Trim();
        etag = (etag?.StartsWith("W/", StringComparison.Ordinal) == true ? etag[2..] : etag)?.Trim('"');
        return etag is not null && Plain().IsMatch(etag) ? etag : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex Plain();
}
