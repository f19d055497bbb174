namespace Ddpo.Audio.Training.Settings;

/// <summary>What cannot be a folder to write into, whatever is there when the time comes.</summary>
internal static class FolderRule
{
    // Of a name in it, on the usual file systems.
    private const int MostBytes = 255;

    /// <summary>What is wrong with the path, to follow "Directory is ...; "; <see langword="null"/> when nothing is.</summary>
    public static string? ProblemOf(string path) =>
        string.IsNullOrWhiteSpace(path) ? "expected a folder's name, not blanks."
        : path.IndexOfAny(Path.GetInvalidPathChars()) >= 0 ? "expected a folder's name without the character " + $"U+{(int)path[path.IndexOfAny(Path.GetInvalidPathChars())]:X4}."
        : path.Split('/', '\\').Any(name => System.Text.Encoding.UTF8.GetByteCount(name) > MostBytes) ? $"expected names of at most {MostBytes} bytes."
        : FileAbove(Path.GetFullPath(path)) is { } file ? $"expected a folder, found the file '{file}'."
        : null;

    private static string? FileAbove(string path)
    {
        for (var part = path; part is not null; part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                return part;
            }
        }

        return null;
    }
}
