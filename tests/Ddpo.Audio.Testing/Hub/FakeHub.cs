using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ddpo.Audio.Testing.Hub;

/// <summary>A hub of a test's own: one server for what it says of models and for their small files, another, as by its port, for weights.</summary>
public sealed class FakeHub : IDisposable
{
    /// <summary>The token that its options have.</summary>
    public const string Token = "hf_SecretOfTheTest";

    private static readonly string[] s_large = [".safetensors", ".bin", ".pt", ".ckpt", ".onnx"];

    private readonly Dictionary<string, Dictionary<string, byte[]>> _models = [];

    /// <summary>Starts it.</summary>
    public FakeHub()
    {
        Store = new(request => OnStore?.Invoke(request) ?? Send(request, _models[ModelOf(request.Path)][FileOf(request.Path)]));
        Server = new(request => OnServer?.Invoke(request) ?? Answer(request));
    }

    /// <summary>What says where files are.</summary>
    public LocalServer Server { get; }

    /// <summary>Where weights are.</summary>
    public LocalServer Store { get; }

    /// <summary>The cache that its options name.</summary>
    public TemporaryFolder Cache { get; } = new();

    /// <summary>Answers in place of the server, unless with null.</summary>
    public Func<LocalRequest, LocalReply?>? OnServer { get; set; }

    /// <summary>Answers in place of the store, unless with null.</summary>
    public Func<LocalRequest, LocalReply?>? OnStore { get; set; }

    /// <summary>What to load with, to look here and nowhere else.</summary>
    public HubOptions Options => new()
    {
        Endpoint = Server.Address.ToString(), CacheFolder = Cache.Root, Token = Token, Offline = false, FirstPause = TimeSpan.FromMilliseconds(1),
    };

    /// <summary>The files whose content was sent, by their names: a request for each.</summary>
    public IReadOnlyList<string> Sent => [.. Server.Requests.Where(request => !IsLarge(request.Path)).Concat(Store.Requests)
        .Where(request => request.Method == "GET" && request.Path.Contains("/resolve/", StringComparison.Ordinal))
        .Select(request => FileOf(request.Path)).Order(StringComparer.Ordinal)];

    /// <summary>The commit of a model, the only one.</summary>
    public static string CommitOf(string model) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model)))[..40];

    /// <summary>What the hub names a content by.</summary>
    public static string EtagOf(string file, byte[] content)
    {
        if (IsLarge(file))
        {
            return Convert.ToHexStringLower(SHA256.HashData(content));
        }

#pragma warning disable CA5350 // as git does
        return Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {content.Length}\0")), .. content]));
#pragma warning restore CA5350
    }

    /// <summary>Adds a model, or files of one.</summary>
    public FakeHub With(string model, params (string Name, byte[] Content)[] files)
    {
        _models.TryAdd(model, []);
        foreach (var (name, content) in files)
        {
            _models[model][name] = content;
        }

        return this;
    }

    /// <summary>Adds the files of a folder.</summary>
    public FakeHub With(string model, string folder) => With(
        model,
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path)))]);

    /// <summary>A file's content, or a part of it where that is asked for.</summary>
    public static LocalReply Send(LocalRequest request, byte[] content) => request.From == 0
        ? new(200, content)
        : new(206, content[request.From..])
        {
            Headers = new() { ["Content-Range"] = FormattableString.Invariant($"bytes {request.From}-{content.Length - 1}/{content.Length}") },
        };

    /// <summary>The file that a request is about.</summary>
    public static string FileOf(string path) => Uri.UnescapeDataString(string.Join('/', path.Split('/')[5..]));

    /// <summary>Stops it, and removes the cache.</summary>
    public void Dispose()
    {
        Server.Dispose();
        Store.Dispose();
        Cache.Dispose();
    }

    private static bool IsLarge(string file) => s_large.Contains(Path.GetExtension(file));

    private static string ModelOf(string path) => string.Join('/', path.Split('/')[1..3]);

    private LocalReply Answer(LocalRequest request)
    {
        if (request.Path.StartsWith("/api/models/", StringComparison.Ordinal))
        {
            var parts = request.Path.Split('/');
            return _models.TryGetValue($"{parts[3]}/{parts[4]}", out var model)
                ? parts[6] is "main" || parts[6] == CommitOf($"{parts[3]}/{parts[4]}")
                    ? Listing(CommitOf($"{parts[3]}/{parts[4]}"), [.. model.Keys])
                    : LocalReply.Of(404, ("X-Error-Code", "RevisionNotFound"))
                : LocalReply.Of(401, ("X-Error-Code", "RepoNotFound"));
        }

        var file = FileOf(request.Path);
        if (!_models.TryGetValue(ModelOf(request.Path), out var files) || !files.TryGetValue(file, out var content))
        {
            return LocalReply.Of(404, ("X-Error-Code", "EntryNotFound"));
        }

        var commit = CommitOf(ModelOf(request.Path));
        if (IsLarge(file))
        {
            return LocalReply.Of(
                302,
                ("X-Repo-Commit", commit),
                ("X-Linked-Etag", $"\"{EtagOf(file, content)}\""),
                ("X-Linked-Size", content.Length.ToString(CultureInfo.InvariantCulture)),
                ("Location", new Uri(Store.Address, request.Path).ToString()));
        }

        var sent = Send(request, content);
        (sent.Headers["X-Repo-Commit"], sent.Headers["ETag"]) = (commit, $"W/\"{EtagOf(file, content)}\"");
        return sent;
    }

    /// <summary>What a model has, as the hub says it.</summary>
    public static LocalReply Listing(string commit, params string[] files) => new(
        200, JsonSerializer.SerializeToUtf8Bytes(new { sha = commit, siblings = files.Select(file => new { rfilename = file }) }));
}
