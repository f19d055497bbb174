using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Reports;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Validation;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Runs;

/// <summary>The files of a run: settings, metrics, checkpoints, samples and reports.</summary>
internal sealed class RunDirectory : IDisposable
{
    private const string SettingsName = "settings.json";
    private const string SamplesName = "samples";

    private readonly string _root;
    private readonly CheckpointOptions _options;
    private readonly int _validateEvery;
    private readonly int _epochs;
    private readonly ILogger _logger;
    private readonly CheckpointFolders _checkpoints;
    private readonly List<DdpoEpoch> _history = [];
    private RunReports? _reports;
    private int _validated = -1;
    private int _writtenLines;

    private RunDirectory(string root, DdpoSettings settings, ILogger logger)
    {
        (_root, _options, _logger) = (root, settings.Checkpoints, logger);
        (_epochs, _validateEvery) = (settings.Training.NumEpochs, settings.Validation.EveryEpochs);
        _checkpoints = new CheckpointFolders(Path.Combine(root, CheckpointFolders.Name));
    }

    /// <summary>Epochs that the newest checkpoint is after.</summary>
    public int SavedEpochs { get; private set; }

    /// <summary>The run's directory; null when nothing is to be written.</summary>
    public static RunDirectory? Of(DdpoSettings settings, ILogger logger) =>
        settings.Checkpoints.Directory is { } root ? new RunDirectory(root, settings, logger) : null;

    /// <summary>Begins a run, or takes up one where a checkpoint has left it.</summary>
    /// <param name="settings">What <c>settings.json</c> is to say.</param>
    /// <param name="from">What to go on from; <see langword="null"/> for a new run.</param>
    /// <exception cref="InvalidOperationException">The folder has a run that must stay as it is.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Start(JsonObject settings, TrainingCheckpoint? from)
    {
        RunFolderRules.ThrowIfTaken(_root, _checkpoints, _options, from);
        Directory.CreateDirectory(_root);
        if (from is null)
        {
            RunFolderRules.Clear(_root);
        }
        else
        {
            _checkpoints.SetAside(after: from.State.Epochs);
            _history.AddRange(from.History);
            SavedEpochs = Path.GetFullPath(from.Folder) == Path.GetFullPath(_checkpoints[from.State.Epochs]) ? from.State.Epochs : 0;
            MetricsFile.Write(Path.Combine(_root, MetricsFile.Name), _history); // without what came after the checkpoint
        }

        _writtenLines = _history.Count;
        AtomicFile.Write(Path.Combine(_root, SettingsName), stream => RunJson.Write(stream, settings));
        var rounds = ValidationFolders.Read(_root, _history.Count);
        _validated = rounds.Count == 0 ? -1 : rounds[^1].Epochs;
        _reports = RunReports.Start(_root, settings, _epochs, _history, rounds, TimeProvider.System);
    }

    /// <summary>Takes the samples of epoch <paramref name="index"/>; null when they are not kept.</summary>
    public SampleFolder? SampleFolder(int index) => IsDue(index, _options.SaveSamplesEveryEpochs)
        ? new SampleFolder(Path.Combine(_root, SamplesName, CheckpointFolders.NameOf(index + 1)))
        : null;

    /// <summary>Appends what an epoch measured, on disk when this returns.</summary>
    public void Record(DdpoEpoch epoch)
    {
        _history.Add(epoch);
        MetricsFile.Append(Path.Combine(_root, MetricsFile.Name), _history.Skip(_writtenLines));
        _writtenLines = _history.Count;
        _reports!.Add(epoch);
    }

    /// <summary>Where the validation clips after so many epochs go; null when there are to be none, or they are there.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="isLast">Whether there will be no further epoch.</param>
    public string? ValidationFolder(int epochs, bool isLast) =>
        _validateEvery > 0 && epochs > _validated && (isLast || epochs % _validateEvery == 0) ? ValidationFolders.PathOf(_root, epochs) : null;

    /// <summary>Takes note of validation clips that were made.</summary>
    public void Record(ValidationRound round)
    {
        _validated = round.Epochs;
        _reports!.Add(round);
    }

    /// <summary>Notes how training ended, for now or for good.</summary>
    public void End(RunState state)
    {
        try
        {
            _reports?.End(state);
        }
        catch (IOException exception)
        {
            Log.EndNotReported(_logger, exception); // an error may be on its way already, and nothing is lost
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _reports?.Dispose();

    /// <summary>Whether there is to be a checkpoint after epoch <paramref name="index"/>, from 0.</summary>
    public bool IsCheckpointDue(int index) => IsDue(index, _options.SaveEveryEpochs);

    /// <summary>Writes a checkpoint, and removes those that are not to be kept.</summary>
    /// <exception cref="CheckpointException">It could not be written; those before it are intact.</exception>
    public void Save(TrainerState state, Action<string> writeTensors)
    {
        var folder = _checkpoints[state.Epochs];
        TrainingCheckpoint.Write(folder, state, _history, writeTensors);
        SavedEpochs = state.Epochs;
        _checkpoints.Keep(_options.KeepLast);
        Log.CheckpointWritten(_logger, folder);
    }

    private bool IsDue(int index, int every) => every > 0 && ((index + 1) % every == 0 || index + 1 == _epochs);
}
