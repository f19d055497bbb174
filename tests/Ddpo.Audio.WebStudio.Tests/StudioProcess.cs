using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>samples/WebStudio as a user starts it, on a free port, with runs in a folder of its own.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly TemporaryFolder _folder;
    private readonly Task _output;
    private readonly List<string> _lines;

    private StudioProcess(Process process, TemporaryFolder folder, Task output, List<string> lines, Uri address)
    {
        (_process, _folder, _output, _lines, Address) = (process, folder, output, lines, address);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = s_limit };
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>Asks the studio.</summary>
    public HttpClient Http { get; }

    /// <summary>The folder of its runs, empty at first.</summary>
    public string Runs => RunsIn(_folder);

    /// <summary>What it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts it, and waits until the page can be asked for.</summary>
    public static async Task<StudioProcess> StartAsync(params string[] settings)
    {
        var folder = new TemporaryFolder();
        var process = Start(["--urls", "http://127.0.0.1:0", "--Studio:Runs", RunsIn(folder), .. settings]);
        var (lines, address) = (new List<string>(), new TaskCompletionSource<Uri>());
        var output = ReadAsync(process, lines, address);
        return new StudioProcess(process, folder, output, lines, await address.Task.WaitAsync(s_limit));
    }

    /// <summary>Starts it with settings that it refuses.</summary>
    public static async Task<(int Code, string Output)> RefuseAsync(params string[] settings)
    {
        using var process = Start(settings.Contains("--urls") ? settings : ["--urls", "http://127.0.0.1:0", .. settings]);
        using var limit = new CancellationTokenSource(s_limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Asks it to end, as a service manager does, and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        using var limit = new CancellationTokenSource(s_limit);
        await _process.WaitForExitAsync(limit.Token);
        await _output;
        return _process.ExitCode;
    }

    /// <summary>Posts a body, and returns the status with what came back.</summary>
    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body, CancellationToken cancellationToken = default)
    {
        using var response = await Http.PostAsJsonAsync(path, body, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken));
    }

    /// <summary>Gets what is at a path.</summary>
    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _output;
        _process.Dispose();
        _folder.Dispose();
    }

    private static string RunsIn(TemporaryFolder folder) => folder["runs"];

    private static Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(SampleProgram.Folder("WebStudio"), "WebStudio.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task ReadAsync(Process process, List<string> lines, TaskCompletionSource<Uri> address)
    {
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(line[(at + Listening.Length)..]));
            }
        }

        address.TrySetException(new InvalidOperationException("The studio did not start:\n" + string.Join('\n', lines) + await errors));
    }
}
