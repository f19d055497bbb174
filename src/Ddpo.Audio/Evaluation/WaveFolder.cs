namespace Ddpo.Audio.Evaluation;

/// <summary>Finds a folder's WAVs.</summary>
internal static class WaveFolder
{
    /// <summary>Their paths relative to the folder, with <c>/</c> between folders, in ordinal order: the same on every system.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no WAVs.</exception>
    public static IReadOnlyList<string> Find(string folder, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        // Hidden files are left out: other systems leave some that are named as WAVs.
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = recursive,
            MatchCasing = MatchCasing.CaseInsensitive,
            IgnoreInaccessible = false,
        };
        var files = Directory.EnumerateFiles(folder, "*.wav", options)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? files
            : throw new InvalidDataException($"There are no .wav files in '{folder}'{(recursive ? " or the folders in it" : "")}.");
    }
}
