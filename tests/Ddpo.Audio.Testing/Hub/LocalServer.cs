using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ddpo.Audio.Testing.Hub;

/// <summary>What a server is asked.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Path">With what is escaped in it.</param>
/// <param name="Headers">By their names, in any case.</param>
public sealed record LocalRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The first byte that is asked for.</summary>
    public int From => Headers.TryGetValue("Range", out var range) ? int.Parse(range["bytes=".Length..].Split('-')[0], CultureInfo.InvariantCulture) : 0;

    /// <summary>Whether it shows who asks.</summary>
    public bool HasToken => Headers.ContainsKey("Authorization");
}

/// <summary>What a server answers.</summary>
/// <param name="Status">Such as 200.</param>
/// <param name="Body">The content.</param>
public sealed record LocalReply(int Status, byte[] Body)
{
    /// <summary>Its headers, but for the length's, which is the body's unless it is here.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>How much of the body is sent; all by default.</summary>
    public int? SendOnly { get; init; }

    /// <summary>Whether the connection stays open, and silent, after that.</summary>
    public bool Stalls { get; init; }

    /// <summary>An answer without content.</summary>
    public static LocalReply Of(int status, params (string Name, string Value)[] headers) =>
        new(status, []) { Headers = headers.ToDictionary(header => header.Name, header => header.Value) };
}

/// <summary>An HTTP server of a test's own, on this machine. A connection is for one request.</summary>
public sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<LocalRequest> _requests = new();
    private readonly Func<LocalRequest, LocalReply> _answer;

    /// <summary>Starts it.</summary>
    public LocalServer(Func<LocalRequest, LocalReply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    public Uri Address { get; }

    /// <summary>What it was asked so far, in order.</summary>
    public IReadOnlyList<LocalRequest> Requests => [.. _requests];

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                if (await reader.ReadLineAsync(_stop.Token) is not { } first)
                {
                    return;
                }

                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                {
                    var colon = line.IndexOf(':', StringComparison.Ordinal);
                    headers[line[..colon]] = line[(colon + 1)..].Trim();
                }

                var request = new LocalRequest(first.Split(' ')[0], first.Split(' ')[1], headers);
                _requests.Enqueue(request);
                await SendAsync(stream, request, _answer(request));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // Who asked has left.
            }
        }
    }

    private async Task SendAsync(NetworkStream stream, LocalRequest request, LocalReply reply)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} -\r\nConnection: close\r\n");
        if (!reply.Headers.ContainsKey("Content-Length") && !reply.Headers.ContainsKey("Transfer-Encoding"))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
        }

        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        if (request.Method != "HEAD")
        {
            await stream.WriteAsync(reply.Body.AsMemory(0, reply.SendOnly ?? reply.Body.Length), _stop.Token);
        }

        if (reply.Stalls)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
    }
}
