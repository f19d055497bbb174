using System.Text.Json;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Training.Observers;

/// <summary>Writes what every round of validation clips gave, a line of JSON each.</summary>
internal sealed class ValidationFile : IRunObserver
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string Name = "validation.jsonl";

    private readonly List<ValidationRound> _rounds = [];
    private string? _path;

    public void OnStart(RunStart run)
    {
        _path = run.Directory is { } folder ? Path.Combine(folder, Name) : null;
        _rounds.AddRange(run.Validations);
        Write();
    }

    public void OnValidation(ValidationRound round)
    {
        _rounds.Add(round);
        Write();
    }

    // Anew each time, whole or not at all: there are few.
    private void Write()
    {
        if (_path is not null && _rounds.Count > 0)
        {
            AtomicFile.Write(_path, stream =>
            {
                foreach (var round in _rounds)
                {
                    JsonSerializer.Serialize(stream, round, RunJson.Lines);
                    stream.WriteByte((byte)'\n');
                }
            });
        }
    }
}
