using System.Net;

namespace Ddpo.Audio.Hub;

/// <summary>
/// Downloads one file's content beside its place, as <c>.incomplete</c>, and renames it when its size and hash are right. What broke off is gone on with, by this process or another.
/// </summary>
internal sealed class HubDownload(HubClient client, HubSettings settings, HubTransfer transfer, string commit, HubFile file)
{
    private long _counted;

    /// <summary>Downloads to <paramref name="path"/>, which must not be there and whose lock is held.</summary>
    /// <exception cref="HubException">It cannot be had, or is not what the hub said it would be.</exception>
    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = path + ".incomplete";
        var mayBeOld = LengthOf(part) > 0;
        for (var tried = 1; ; tried++)
        {
            var before = LengthOf(part);
            TimeSpan? pause;
            try
            {
                if (await ReceiveAsync(part, cancellationToken).ConfigureAwait(false))
                {
                    File.Move(part, path, overwrite: true);
                    return;
                }

                File.Delete(part);
                if (!mayBeOld)
                {
                    throw Damaged("its hash is another");
                }

                (mayBeOld, pause) = (false, TimeSpan.Zero); // what was there before this download may have been wrong
            }
            catch (RetryException problem)
            {
                pause = client.Retry.Pause(tried, problem.Asked) ?? throw problem.Error;
            }
            catch (Exception exception) when (HubClient.IsBroken(exception) && !cancellationToken.IsCancellationRequested)
            {
                // Who gets a bit further each time may go on.
                tried = LengthOf(part) > before ? 1 : tried;
                pause = client.Retry.Pause(tried) ?? throw client.Errors.Unreachable(file.Name, exception);
            }

            await Task.Delay(pause.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Receives what is missing.</summary>
    /// <returns>Whether it is right.</returns>
    private async Task<bool> ReceiveAsync(string path, CancellationToken cancellationToken)
    {
        var part = await HubPart.OpenAsync(path, file, Count, cancellationToken).ConfigureAwait(false);
        await using (part.ConfigureAwait(false))
        {
            if (part.IsWhole && part.Length > 0)
            {
                return await part.IsRightAsync(cancellationToken).ConfigureAwait(false);
            }

            using var response = await client.OpenAsync(commit, file.Name, part.Length, cancellationToken).ConfigureAwait(false);
            Check(response, part);
            var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await part.AppendAsync(content, settings.DownloadTimeout, cancellationToken).ConfigureAwait(false);
            if (part.Length > file.Size)
            {
                throw GiveUp(part, $"it has more than {file.Size} bytes");
            }

            return part.Length < file.Size
                ? throw new HttpIOException(HttpRequestError.ResponseEnded, $"it ended after {part.Length} of {file.Size} bytes")
                : await part.IsRightAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Throws for an answer that does not go on where the part ends; begins it anew for one that is the whole file.</summary>
    private void Check(HttpResponseMessage response, HubPart part)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && part.Length > 0)
        {
            part.Restart();
            throw new RetryException(client.Errors.Of(response, file.Name));
        }

        if (!response.IsSuccessStatusCode)
        {
            var error = client.Errors.Of(response, file.Name);
            throw HubRetry.MayPass(response.StatusCode) ? new RetryException(error, HubRetry.AskedFor(response)) : error;
        }

        if (part.Length > 0 && response.StatusCode != HttpStatusCode.PartialContent)
        {
            part.Restart(); // the server does not know ranges
        }
        else if (part.Length > 0 && response.Content.Headers.ContentRange?.From != part.Length)
        {
            part.Restart();
            throw new RetryException(client.Errors.BadAnswer(file.Name, "it is another part of the file than was asked for"));
        }

        if (file.Size is { } size && response.Content.Headers.ContentLength is { } length && part.Length + length != size)
        {
            throw GiveUp(part, $"it has {part.Length + length} bytes");
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;

    private HubException GiveUp(HubPart part, string problem)
    {
        part.Restart();
        return Damaged(problem);
    }

    private HubException Damaged(string problem) => new(
        HubFailure.Damaged,
        $"'{file.Name}' did not arrive as the hub said it would be ({(file.Size is { } size ? $"{size} bytes, " : "")}etag {file.Etag}): {problem}. "
        + "Nothing of it was kept. Try again; if it stays so, something between here and the hub changes files, such as a proxy.");

    private void Count(long length)
    {
        transfer.Add(file.Name, length - _counted);
        _counted = length;
    }

    /// <summary>An answer that may be another one the next time.</summary>
    /// <param name="error">What to say when it is not.</param>
    /// <param name="asked">The wait that the answer asks for.</param>
    private sealed class RetryException(HubException error, TimeSpan? asked = null) : Exception
    {
        public HubException Error => error;

        public TimeSpan? Asked => asked;
    }
}
