using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Hub;

/// <summary>What the options and the environment come to. No record, for those show all that they hold, also a token.</summary>
internal sealed class HubSettings
{
    private HubSettings(HubOptions options, HubEnvironment environment)
    {
        var endpoint = options.Endpoint ?? environment.Endpoint;
        Endpoint = Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0
            ? uri
            : throw new ArgumentException("The hub's address (Endpoint, or the environment variable HF_ENDPOINT) is no http or https address without a user in it.");
        (Token, TokenOrigin) = options.Token?.Trim() is { Length: > 0 } own ? (own, "HubOptions.Token") : environment.FindToken() is { } found ? found : (null, null);
        if (Token is not null && Token.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new ArgumentException($"The token of {TokenOrigin} has letters that no token has. Copy it again.");
        }

        CacheFolder = Path.GetFullPath(options.CacheFolder is { Length: > 0 } folder ? folder : environment.CacheFolder);
        (Revision, Variant, Progress, FirstPause) = (options.Revision, options.Variant, options.Progress, options.FirstPause);
        (IsOffline, MakesLinks) = (options.Offline ?? environment.IsOffline, environment.MakesLinks);
        (AnswerTimeout, DownloadTimeout) = (environment.AnswerTimeout, environment.DownloadTimeout);
    }

    /// <summary>The hub's address, with a slash at its end.</summary>
    public Uri Endpoint { get; }

    public string? Token { get; }

    /// <summary>Where the token is from, for messages.</summary>
    public string? TokenOrigin { get; }

    public string CacheFolder { get; }

    public bool IsOffline { get; }

    public bool MakesLinks { get; }

    public string Revision { get; }

    public string? Variant { get; }

    public IProgress<HubProgress>? Progress { get; }

    public TimeSpan FirstPause { get; }

    public TimeSpan AnswerTimeout { get; }

    public TimeSpan DownloadTimeout { get; }

    /// <exception cref="ArgumentException">A setting is not what it should be.</exception>
    public static HubSettings Of(HubOptions options, HubEnvironment environment)
    {
        SettingAnnotations.ThrowIfWrong(options);
        return new HubSettings(options, environment);
    }

    /// <summary>Whether an address is the hub's own, which may be told the token.</summary>
    public bool IsHub(Uri uri) => uri.Scheme == Endpoint.Scheme && uri.Host == Endpoint.Host && uri.Port == Endpoint.Port;
}
