using System.IO.Enumeration;

namespace Ddpo.Audio.Evaluation;

/// <summary>A folder's WAVs, and the audio in it that is passed over.</summary>
/// <param name="Waves">Paths relative to the folder, with <c>/</c> between folders, in ordinal order: the same on every system.</param>
/// <param name="Others">Those of audio of other kinds.</param>
internal sealed record WaveFolder(IReadOnlyList<string> Waves, IReadOnlyList<string> Others)
{
    private const string Wave = ".wav";

    private static readonly HashSet<string> s_others = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".flac", ".alac", ".ape", ".wv", ".mp2", ".mp3", ".m4a", ".mp4", ".aac",
        ".ogg", ".oga", ".opus", ".wma", ".webm",
    };

    /// <summary>Looks through a folder. Links to folders are not followed: they may lead back to it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no WAVs.</exception>
    public static WaveFolder Find(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        // Hidden files are left out: other systems leave some that are named as WAVs.
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        var byKind = files.Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal).ToLookup(path => Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
        string[] others = [.. byKind.Where(kind => s_others.Contains(kind.Key)).SelectMany(kind => kind).Order(StringComparer.Ordinal)];
        return byKind[Wave].Any() ? new WaveFolder([.. byKind[Wave]], others) : throw new InvalidDataException(
            $"There are no {Wave} files in '{folder}'{(recursive ? " or the folders in it" : "")}."
            + (others.Length > 0 ? $" {others.Length} file{(others.Length == 1 ? " is" : "s are")} audio of other kinds, such as '{others[0]}': convert or rename them to {Wave}." : ""));
    }
}
