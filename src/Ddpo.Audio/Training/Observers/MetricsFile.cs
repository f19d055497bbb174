using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Training.Observers;

/// <summary>Writes what every epoch measured, a line of JSON each. The algorithm's measurements stand among the others.</summary>
internal sealed class MetricsFile : IRunObserver
{
    /// <summary>The file's name in a run's folder, and in each of its checkpoints.</summary>
    public const string Name = "metrics.jsonl";

    private const string Measurements = "measurements";

    private static readonly HashSet<string> s_properties =
        [.. typeof(DdpoEpoch).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    /// <summary>Whether a line has this name for something else than an algorithm's measurement.</summary>
    public static bool IsTaken(string name) => s_properties.Contains(name);

    private readonly List<DdpoEpoch> _pending = [];
    private string? _path;

    /// <summary>Begins the file, or takes what came after the checkpoint out of it.</summary>
    public void OnStart(RunStart run)
    {
        if (run.Directory is { } folder)
        {
            _path = Path.Combine(folder, Name);
            Write(_path, run.History);
        }
    }

    /// <summary>Appends an epoch, and those that could not be written before. On disk when this returns; as before when it cannot be written.</summary>
    public void OnEpoch(DdpoEpoch epoch)
    {
        if (_path is null)
        {
            return;
        }

        _pending.Add(epoch);
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var length = file.Length;
        try
        {
            file.Write([.. _pending.SelectMany(Line)]);
            file.Flush(flushToDisk: true);
            _pending.Clear();
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
            foreach (var line in TextFile.ReadLines(path))
            {
                epochs.Add(Parse(line));
            }

            return epochs;
        }
        catch (InvalidDataException exception)
        {
            throw new CheckpointException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"Line {epochs.Count + 1} of '{path}' cannot be understood: {exception.Message}", exception);
        }
    }

    private static byte[] Line(DdpoEpoch epoch)
    {
        var line = JsonSerializer.SerializeToNode(epoch, RunJson.Lines)!.AsObject();
        var measurements = line[Measurements]!.AsObject();
        line.Remove(Measurements);
        foreach (var (name, value) in measurements)
        {
            line[name] = value!.DeepClone();
        }

        return [.. JsonSerializer.SerializeToUtf8Bytes(line, RunJson.Lines), (byte)'\n'];
    }

    private static DdpoEpoch Parse(string text)
    {
        var line = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("expected an epoch");
        var measurements = new JsonObject();
        foreach (var (name, value) in line.Where(entry => !s_properties.Contains(entry.Key)).ToList())
        {
            line.Remove(name);
            measurements[name] = value;
        }

        line[Measurements] = measurements;
        return line.Deserialize<DdpoEpoch>(RunJson.Lines)!;
    }
}
