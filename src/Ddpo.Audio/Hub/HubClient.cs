using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Ddpo.Audio.Hub;

/// <summary>Asks the hub about one model. The token goes to the hub only, not to where it sends for files.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;
    private const int MostListingBytes = 64 << 20;

    private readonly HubSettings _settings;
    private readonly string _repository;
    private readonly HubErrors _errors;
    private readonly HubRetry _retry;

    // Redirects are followed below; an idle connection ends with the client.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public HubClient(HubSettings settings, string repository)
    {
        (_settings, _repository) = (settings, repository);
        (_errors, _retry) = (new(settings, repository), new(settings.FirstPause));
        _http.DefaultRequestHeaders.UserAgent.Add(new("Ddpo.Audio", typeof(HubClient).Assembly.GetName().Version?.ToString(3)));
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new("identity")); // sizes and ranges are of the file itself
    }

    public HubErrors Errors => _errors;

    public HubRetry Retry => _retry;

    /// <summary>The commit that the revision is at, and the names of its files.</summary>
    /// <param name="isPatient">Whether to try again when it does not answer.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(string Commit, IReadOnlyList<string> Files)> ListAsync(bool isPatient, CancellationToken cancellationToken)
    {
        var address = new Uri(_settings.Endpoint, $"api/models/{_repository}/revision/{Uri.EscapeDataString(_settings.Revision)}");
        return await AskAsync(
            HttpMethod.Get,
            address,
            null,
            isPatient,
            async (response, stop) =>
            {
                await response.Content.LoadIntoBufferAsync(MostListingBytes, stop).ConfigureAwait(false);
                return ReadListing(await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the hub says of a file.</summary>
    public Task<HubFile> DescribeAsync(string commit, string file, CancellationToken cancellationToken) => AskAsync(
        HttpMethod.Head, AddressOf(commit, file), file, isPatient: true, (response, _) => Task.FromResult(Describe(response, file)), cancellationToken);

    /// <summary>A file's bytes from an offset on, wherever they lie. One try; the caller disposes the answer, also when it is no success.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string commit, string file, long from, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_settings.DownloadTimeout);
        return await SendAsync(HttpMethod.Get, AddressOf(commit, file), from, patience.Token).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(
        HttpMethod method, Uri address, string? file, bool isPatient, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            TimeSpan? pause;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(_settings.AnswerTimeout);
            try
            {
                using var response = await SendAsync(method, address, 0, patience.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || IsRedirect(response))
                {
                    return await read(response, patience.Token).ConfigureAwait(false);
                }

                pause = HubRetry.MayPass(response.StatusCode) ? _retry.Pause(tried, HubRetry.AskedFor(response)) : null;
                if (pause is null)
                {
                    throw _errors.Of(response, file);
                }
            }
            catch (Exception exception) when (IsBroken(exception) && !cancellationToken.IsCancellationRequested)
            {
                pause = isPatient && !HasNoConnection(exception) ? _retry.Pause(tried) : null;
                if (pause is null)
                {
                    throw _errors.Unreachable(file, exception);
                }
            }

            await Task.Delay(pause.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an exception is of a connection that fails, breaks or stalls.</summary>
    public static bool IsBroken(Exception exception) =>
        exception is HttpRequestException or HttpIOException or OperationCanceledException or IOException { InnerException: SocketException };

    // Who has no network is told so at once.
    private static bool HasNoConnection(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, long from, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            if (_settings.Token is not null && _settings.IsHub(address))
            {
                request.Headers.Authorization = new("Bearer", _settings.Token);
            }

            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response) || response.Headers.Location is not { } location || IsAnswer(method, response, location))
            {
                return response;
            }

            response.Dispose();
            var next = new Uri(address, location);
            if (redirects == MostRedirects || next.Scheme is not ("https" or "http") || (address.Scheme == "https" && next.Scheme == "http"))
            {
                throw _errors.BadAnswer(null, redirects == MostRedirects ? "it redirects in circles" : $"it redirects from {address.Host} to {next.Scheme} of {next.Host}");
            }

            address = next;
        }
    }

    // What the hub says of a file is in the redirect itself; within the hub, as for a model that was renamed, redirects are relative.
    private static bool IsAnswer(HttpMethod method, HttpResponseMessage response, Uri location) =>
        method == HttpMethod.Head && (location.IsAbsoluteUri || response.Headers.Contains("X-Linked-Etag"));

    private static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private (string Commit, IReadOnlyList<string> Files) ReadListing(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var commit = document.RootElement.GetProperty("sha").GetString() ?? "";
            return HubName.IsCommit(commit)
                ? (commit, [.. document.RootElement.GetProperty("siblings").EnumerateArray()
                    .Select(file => HubFileName.Check(file.GetProperty("rfilename").GetString() ?? "", _repository))])
                : throw _errors.BadAnswer(null, $"'{HubFileName.Printable(commit)}' is no commit");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw _errors.BadAnswer(null, "it is no list of files", exception);
        }
    }

    private HubFile Describe(HttpResponseMessage response, string file)
    {
        var etag = HubFile.CleanEtag(Header(response, "X-Linked-Etag") ?? response.Headers.ETag?.ToString() ?? Header(response, "ETag"))
            ?? throw _errors.BadAnswer(file, "it has no etag that could name a file");
        var size = long.TryParse(Header(response, "X-Linked-Size"), out var linked) && linked >= 0 ? linked
            : IsRedirect(response) ? null : response.Content.Headers.ContentLength;
        return new HubFile(file, etag, size);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private Uri AddressOf(string commit, string file) =>
        new(_settings.Endpoint, $"{_repository}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");
}
