using System.Globalization;

namespace Ddpo.Audio.Hub;

/// <summary>The environment variables of Python's huggingface_hub, read as it does; an empty one counts as absent.</summary>
/// <param name="read">Gives a variable's value.</param>
/// <param name="home">The user's folder.</param>
internal sealed class HubEnvironment(Func<string, string?> read, string home)
{
    private const string DefaultEndpoint = "https://huggingface.co";
    private const double DefaultTimeoutSeconds = 10;

    /// <summary>The process's own.</summary>
    public static HubEnvironment Current =>
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    public string Endpoint => Read("HF_ENDPOINT") ?? DefaultEndpoint;

    public string CacheFolder => ReadPath("HF_HUB_CACHE") ?? ReadPath("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Home, "hub");

    public bool IsOffline => IsOn("HF_HUB_OFFLINE") || IsOn("TRANSFORMERS_OFFLINE");

    /// <summary>Whether snapshots hold links to blobs, where the system can make them.</summary>
    public bool MakesLinks => !IsOn("HF_HUB_DISABLE_SYMLINKS");

    /// <summary>How long to wait for an answer about a file.</summary>
    public TimeSpan AnswerTimeout => Seconds("HF_HUB_ETAG_TIMEOUT");

    /// <summary>How long to wait for the next bytes of a file.</summary>
    public TimeSpan DownloadTimeout => Seconds("HF_HUB_DOWNLOAD_TIMEOUT");

    private string Home => ReadPath("HF_HOME") ?? Path.Combine(ReadPath("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface");

    /// <summary>The token that is there without being asked for, and where it is from.</summary>
    public (string Token, string Origin)? FindToken()
    {
        if (IsOn("HF_HUB_DISABLE_IMPLICIT_TOKEN"))
        {
            return null;
        }

        foreach (var name in new[] { "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN" })
        {
            if (Read(name) is { } token)
            {
                return (token, $"the environment variable {name}");
            }
        }

        var file = ReadPath("HF_TOKEN_PATH") ?? Path.Combine(Home, "token");
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } token ? (token, $"the file '{file}'") : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // somebody else's: public models need none
        }
    }

    private string? Read(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;

    private string? ReadPath(string name) => Read(name) is not { } path ? null
        : path == "~" ? home
        : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..])
        : path;

    private bool IsOn(string name) => Read(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private TimeSpan Seconds(string name) => TimeSpan.FromSeconds(
        double.TryParse(Read(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86400 ? seconds : DefaultTimeoutSeconds);
}
