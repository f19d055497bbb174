using System.Text.Encodings.Web;
using System.Text.Json;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio;

/// <summary>
/// The list beside a folder's clips that says what each was generated for: <c>samples.jsonl</c>, a JSON object a line.
/// </summary>
/// <remarks>
/// <para><c>{"file":"0000.wav","prompt":"a sad piano","metadata":{"emotion":"sad"},"rewards":{"clap_score":0.51}}</c>:
/// <c>metadata</c>, <c>negative</c> (the prompt's negative text) and <c>rewards</c> may be missing; other names are passed over,
/// and so are blank lines.</para>
/// <para>All members may be called from any thread.</para>
/// </remarks>
public static class SampleManifest
{
    /// <summary>The name under which training and the samples write it.</summary>
    public const string FileName = "samples.jsonl";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The file. The clips need not exist.</param>
    /// <returns>The entries in the file's order, perhaps none.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not UTF-8, or a line cannot be read, or names a file outside the manifest's folder; the message
    /// has the line's number.</exception>
    public static IReadOnlyList<SampleEntry> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var entries = new List<SampleEntry>();
        var number = 0;
        foreach (var line in TextFile.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                entries.Add(SampleEntryJson.Parse(line));
            }
            catch (Exception exception) when (exception is JsonException or InvalidDataException or InvalidOperationException)
            {
                // The last is what JSON's escapes give that spell half a character.
                throw new InvalidDataException($"Line {number} of '{path}' is not a sample: {exception.Message}", exception);
            }
        }

        return entries;
    }

    /// <summary>Writes a manifest: whole, or not at all. An existing file is replaced.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="entries">The samples, in order.</param>
    /// <exception cref="ArgumentException">An entry's file is not inside the manifest's folder, or a reward is not a finite number;
    /// nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is as it was.</exception>
    public static void Write(string path, IEnumerable<SampleEntry> entries)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(entries);
        AtomicFile.Write(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream, s_options);
            foreach (var entry in entries)
            {
                SampleEntryJson.Write(writer, entry);
                writer.Flush();
                writer.Reset();
                stream.WriteByte((byte)'\n');
            }
        });
    }
}
