using System.Text.RegularExpressions;

namespace Ddpo.Audio.Hub;

/// <summary>The name of a model on the hub, with a file or folder in it when one is named.</summary>
/// <param name="Repository">Its owner and name, such as <c>lukewys/laion_clap</c>.</param>
/// <param name="Path">The file or folder, with slashes; <see langword="null"/> for the model as a whole.</param>
internal sealed partial record HubName(string Repository, string? Path)
{
    // What a path of two parts may end in, which no model's name does.
    private static readonly string[] s_files = [".bin", ".ckpt", ".json", ".onnx", ".pt", ".pth", ".safetensors", ".zip"];

    /// <summary>Reads <c>owner/name</c> or <c>owner/name/file</c>; <see langword="null"/> for what cannot be one.</summary>
    public static HubName? Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length < 2 || !IsPart(parts[0]) || !IsPart(parts[1]) || parts[0].Length + parts[1].Length > 95)
        {
            return null;
        }

        var (repository, path) = ($"{parts[0]}/{parts[1]}", string.Join('/', parts[2..]));
        return path.Length == 0
            ? parts.Length == 2 && !s_files.Any(end => text.EndsWith(end, StringComparison.OrdinalIgnoreCase)) ? new(repository, null) : null
            : HubFileName.IsSafe(path) ? new(repository, path) : null;
    }

    /// <summary>Whether a revision is a commit, which never changes.</summary>
    public static bool IsCommit(string revision) => Commit().IsMatch(revision);

    public override string ToString() => Path is null ? Repository : $"{Repository}/{Path}";

    private static bool IsPart(string part) => Part().IsMatch(part) && !part.Contains("--", StringComparison.Ordinal) && !part.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z")]
    private static partial Regex Part();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
