using System.Net;
using System.Net.Http.Headers;

namespace Ddpo.Audio.Hub;

/// <summary>What the hub's refusals mean. It says the kind in the header <c>X-Error-Code</c>.</summary>
internal sealed class HubErrors(HubSettings settings, string repository)
{
    private string Address => settings.Endpoint.AbsoluteUri.TrimEnd('/');

    private string Token => settings.Token is null
        ? "No token was sent: put one of an account that may read it into the environment variable HF_TOKEN, or log in with 'hf auth login'."
        : $"The token of {settings.TokenOrigin} was sent: check that it is of an account that may read it.";

    /// <summary>The error for an answer that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="file">The file that was asked for; <see langword="null"/> when it was the model.</param>
    public HubException Of(HttpResponseMessage response, string? file)
    {
        var (code, said) = (Header(response.Headers, "X-Error-Code"), Header(response.Headers, "X-Error-Message"));
        var status = (int)response.StatusCode;
        return (code, response.StatusCode) switch
        {
            ("GatedRepo", _) => new(
                HubFailure.Gated, $"'{repository}' is gated: its owner has to let you in. Ask on {Address}/{repository}. {Token}"),
            ("RevisionNotFound", _) => new(
                HubFailure.RevisionNotFound, $"'{repository}' has no branch, tag or commit '{settings.Revision}'. Set Revision to one that {Address}/{repository} shows."),
            ("EntryNotFound", _) => NoFile(file),
            (_, HttpStatusCode.Unauthorized) when said?.Contains("credentials", StringComparison.OrdinalIgnoreCase) == true && settings.Token is not null => new(
                HubFailure.TokenRefused, $"The hub does not accept the token of {settings.TokenOrigin}. Make another on {Address}/settings/tokens, or remove it: public models need none."),
            ("RepoNotFound", _) or (null, HttpStatusCode.Unauthorized) => NoModel(),
            (null, HttpStatusCode.NotFound) => file is null ? NoModel() : NoFile(file),
            (_, HttpStatusCode.Forbidden) => new(
                HubFailure.TokenRefused, $"The hub does not let you read '{repository}' (403{Said(said)}). {Token}"),
            (_, HttpStatusCode.TooManyRequests) => new(
                HubFailure.RateLimited, $"The hub has had too many requests from here (429{Wait(response)}). Try again later{(settings.Token is null ? ", or with a token in HF_TOKEN: known users may ask more" : "")}."),
            _ when status >= 500 => new(
                HubFailure.ServerError, $"The hub {Address} fails ({status}{Said(said)}) for {What(file)}, also when asked again. Try again later; what was downloaded is kept."),
            _ => new(HubFailure.Other, $"The hub {Address} answers {status}{Said(said)} for {What(file)}."),
        };
    }

    /// <summary>The error for no answer.</summary>
    public HubException Unreachable(string? file, Exception exception) => new(
        HubFailure.Unreachable,
        $"The hub {Address} cannot be reached for {What(file)}: {(exception is OperationCanceledException ? "it did not answer in time" : exception.Message.TrimEnd('.'))}. "
        + "Check the network and HF_ENDPOINT. What was downloaded is kept, and the next try goes on from there.",
        exception);

    /// <summary>The error for an answer that makes no sense.</summary>
    public HubException BadAnswer(string? file, string problem, Exception? exception = null) =>
        new(HubFailure.BadAnswer, $"The hub {Address} gave an answer for {What(file)} that cannot be used: {problem}.", exception);

    /// <summary>The error for a file that the model does not have.</summary>
    public HubException NoFile(string? file) => new(
        HubFailure.FileNotFound, $"'{repository}' has no file '{file}' at '{settings.Revision}'. {Address}/{repository}/tree/{settings.Revision} shows what it has.");

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? HubFileName.Printable(values.First()) : null;

    private static string Said(string? said) => said is null ? "" : $", \"{said}\"";

    private static string Wait(HttpResponseMessage response) => HubRetry.AskedFor(response) is { } wait ? $", to come again in {Math.Ceiling(wait.TotalSeconds):F0} s" : "";

    private HubException NoModel() => new(
        HubFailure.RepositoryNotFound, $"There is no model '{repository}' on {Address}, or it is private. Check the name. {Token}");

    private string What(string? file) => file is null ? $"'{repository}'" : $"'{file}' of '{repository}'";
}
