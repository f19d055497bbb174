using System.Text.Json.Nodes;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Writes the run's page anew whenever something has happened.</summary>
/// <param name="time">The clock.</param>
internal sealed class HtmlReportObserver(TimeProvider time) : IRunObserver
{
    private readonly ClipPlayers _players = new();
    private readonly List<DdpoEpoch> _epochs = [];
    private readonly List<ValidationRound> _rounds = [];
    private RunStart? _run;
    private JsonObject _settings = [];

    public void OnStart(RunStart run)
    {
        if (run.Directory is not { } folder)
        {
            return;
        }

        foreach (var left in Directory.EnumerateFiles(folder, $"{HtmlReport.FileName}.*.tmp"))
        {
            File.Delete(left); // by a process that was killed while it wrote
        }

        (_run, _settings) = (run, JsonNode.Parse(run.Settings)!.AsObject());
        _epochs.AddRange(run.History);
        foreach (var round in run.Validations)
        {
            Add(round);
        }

        Write(RunState.Running);
    }

    public void OnEpoch(DdpoEpoch epoch)
    {
        _epochs.Add(epoch);
        Write(RunState.Running);
    }

    public void OnValidation(ValidationRound round)
    {
        if (_run is not null)
        {
            Add(round);
            Write(RunState.Running);
        }
    }

    public void OnEnd(RunEnd runEnd) => Write(RunState.Of(runEnd));

    private void Add(ValidationRound round)
    {
        _players.Add(round);
        _rounds.Add(round);
    }

    private void Write(RunState state)
    {
        if (_run is { Directory: { } folder })
        {
            HtmlReport.Save(folder, new RunView(_run.Name, state, time.GetUtcNow(), _run.NumEpochs, _epochs, _settings, _players, _rounds));
        }
    }
}
