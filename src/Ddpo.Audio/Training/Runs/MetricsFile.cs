using System.Text.Json;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Training.Runs;

/// <summary>What every epoch measured, a line of JSON each.</summary>
internal static class MetricsFile
{
    /// <summary>The file's name in a run's folder, and in each of its checkpoints.</summary>
    public const string Name = "metrics.jsonl";

    /// <summary>Appends lines, on disk when this returns; the file is as before when it cannot be written.</summary>
    public static void Append(string path, IEnumerable<DdpoEpoch> epochs)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var length = file.Length;
        try
        {
            file.Write([.. epochs.SelectMany(Line)]);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(length);
            throw;
        }
    }

    /// <summary>Writes all lines, or none.</summary>
    public static void Write(string path, IEnumerable<DdpoEpoch> epochs) => AtomicFile.Write(path, stream =>
    {
        foreach (var epoch in epochs)
        {
            stream.Write(Line(epoch));
        }
    });

    /// <summary>Reads the lines.</summary>
    /// <exception cref="CheckpointException">A line cannot be understood.</exception>
    public static IReadOnlyList<DdpoEpoch> Read(string path)
    {
        var epochs = new List<DdpoEpoch>();
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                epochs.Add(JsonSerializer.Deserialize<DdpoEpoch>(line, RunJson.Lines) ?? throw new JsonException("expected an epoch, found null"));
            }

            return epochs;
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"Line {epochs.Count + 1} of '{path}' cannot be understood: {exception.Message}", exception);
        }
    }

    private static byte[] Line(DdpoEpoch epoch) => [.. JsonSerializer.SerializeToUtf8Bytes(epoch, RunJson.Lines), (byte)'\n'];
}
