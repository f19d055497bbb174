using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio;

/// <summary>Which clips to evaluate, and what each was made for. Immutable and thread-safe.</summary>
[SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required parameter.")]
public sealed class EvaluationSet
{
    /// <summary>Makes a set of any clips.</summary>
    /// <param name="folder">What the samples' files are relative to.</param>
    /// <param name="samples">The clips, at least one. They are read later, when they are evaluated, and need not exist before.</param>
    /// <exception cref="ArgumentException">There is no sample.</exception>
    public EvaluationSet(string folder, IEnumerable<SampleEntry> samples)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(samples);
        Folder = Path.GetFullPath(folder);
        Samples = [.. samples];
        if (Samples.Count == 0)
        {
            throw new ArgumentException($"There is nothing to evaluate in '{folder}': expected at least one sample.", nameof(samples));
        }
    }

    /// <summary>Gets what the samples' files are relative to: a full path.</summary>
    public string Folder { get; }

    /// <summary>Gets the clips, in the order of the results.</summary>
    public IReadOnlyList<SampleEntry> Samples { get; }

    /// <summary>Gets the audio in the folder that is passed over, for it is no <c>.wav</c>: relative paths. Empty unless a folder's files were listed.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <summary>Lists the clips of a folder that says itself what they are, by its <see cref="SampleManifest"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no manifest, or the manifest lists no clip, or a line of it cannot be read.</exception>
    public static EvaluationSet FromFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var manifest = Path.Combine(folder, SampleManifest.FileName);
        return File.Exists(manifest) ? FromManifest(manifest)
            : Directory.Exists(folder) ? throw new InvalidDataException(
                $"It is not known what the clips in '{folder}' were made for: there is no {SampleManifest.FileName}. Give a prompt, or a function " +
                "from a file's path to its prompt.")
            : throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
    }

    /// <summary>Lists all WAVs of a folder, for one prompt, in the ordinal order of their paths.</summary>
    /// <param name="folder">The folder. A manifest in it is not looked at.</param>
    /// <param name="prompt">What all clips were made for.</param>
    /// <param name="recursive">Whether folders in it are searched, too, but for links to folders.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no WAVs.</exception>
    public static EvaluationSet FromFolder(string folder, Prompt prompt, bool recursive = false)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return FromFolder(folder, _ => prompt, recursive);
    }

    /// <summary>Lists all WAVs of a folder, each with a prompt of its own, in the ordinal order of their paths.</summary>
    /// <param name="folder">The folder. A manifest in it is not looked at.</param>
    /// <param name="prompt">What a clip was made for, by its path relative to the folder, with <c>/</c> between folders.</param>
    /// <param name="recursive">Whether folders in it are searched, too, but for links to folders.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no WAVs.</exception>
    public static EvaluationSet FromFolder(string folder, Func<string, Prompt> prompt, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(prompt);
        var found = WaveFolder.Find(folder, recursive);
        return new EvaluationSet(folder, found.Waves.Select(file => new SampleEntry(file, prompt(file)))) { PassedOver = found.Others };
    }

    /// <summary>Reads the clips that a manifest lists, in its order.</summary>
    /// <param name="path">The manifest; see <see cref="SampleManifest"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It lists no clip, or a line cannot be read.</exception>
    public static EvaluationSet FromManifest(string path)
    {
        var samples = SampleManifest.Read(path);
        return samples.Count > 0
            ? new EvaluationSet(Path.GetDirectoryName(Path.GetFullPath(path))!, samples)
            : throw new InvalidDataException($"The manifest '{path}' lists no clip.");
    }
}
