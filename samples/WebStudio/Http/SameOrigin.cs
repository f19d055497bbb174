namespace Ddpo.Audio.Samples;

/// <summary>Keeps pages of other sites, which a browser lets send requests to this machine, from starting and stopping anything.</summary>
/// <remarks>
/// A browser says where a request comes from, and asks before it sends JSON to another site; other programs say nothing, and send JSON. A page
/// whose own name leads to this machine's address is refused by <c>AllowedHosts</c>.
/// </remarks>
internal static class SameOrigin
{
    /// <summary>Refuses requests that change something, unless they are JSON, and of the studio's own page or of no page.</summary>
    public static IApplicationBuilder UseSameOriginOnly(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            return next(context);
        }

        if (!IsOwn(request))
        {
            throw new StudioProblemException(
                StatusCodes.Status403Forbidden, "This was sent by another site.", $"Only the studio's own page, at http://{request.Host}, may ask for this.");
        }

        return request.HasJsonContentType() ? next(context) : throw new StudioProblemException(
            StatusCodes.Status415UnsupportedMediaType,
            "The request is not JSON.",
            $"Its content type is {(string.IsNullOrEmpty(request.ContentType) ? "missing" : request.ContentType)}; expected application/json.");
    });

    private static bool IsOwn(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].All(site => site is "same-origin" or "none") && request.Headers.Origin.All(origin => IsAt(origin, request.Host));

    // Not the scheme: who puts a server with a certificate in front has another one there.
    private static bool IsAt(string? origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase) && (host.Port is { } port ? page.Port == port : page.IsDefaultPort);
}
