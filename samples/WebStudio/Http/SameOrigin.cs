namespace Ddpo.Audio.Samples;

/// <summary>Keeps pages of other sites, which a browser lets send requests to this machine, from starting and stopping anything.</summary>
internal static class SameOrigin
{
    /// <summary>Refuses requests that change something and that a browser sends for another site.</summary>
    public static IApplicationBuilder UseSameOriginOnly(this IApplicationBuilder app) => app.Use((context, next) =>
        !HttpMethods.IsGet(context.Request.Method) && context.Request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none")
            ? throw new StudioProblemException(StatusCodes.Status403Forbidden, "This was sent by another site.")
            : next(context));
}
