using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Session.Validation;
using Ddpo.Audio.Training.Settings;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Session;

/// <summary>What a run keeps to go on from: settings, checkpoints, samples and validation clips. What people watch it with is the observers'.</summary>
internal sealed class RunFolder
{
    private const string SamplesName = "samples";

    private readonly string _root;
    private readonly CheckpointOptions _options;
    private readonly int _validateEvery;
    private readonly int _epochs;
    private readonly ILogger _logger;
    private readonly CheckpointFolders _checkpoints;
    private int _validated = -1;
    private bool _isNew;

    private RunFolder(string root, DdpoOptions options, ILogger logger)
    {
        (_root, _options, _logger) = (root, options.Checkpoints, logger);
        (_epochs, _validateEvery) = (options.Training.NumEpochs, options.Validation.EveryEpochs);
        _checkpoints = new CheckpointFolders(root);
    }

    /// <summary>The folder.</summary>
    public string Root => _root;

    /// <summary>Epochs that the newest checkpoint is after.</summary>
    public int SavedEpochs { get; private set; }

    /// <summary>The run's folder; null when nothing is to be written.</summary>
    public static RunFolder? Of(DdpoOptions options, ILogger logger) =>
        options.Checkpoints.Directory is { } root ? new RunFolder(root, options, logger) : null;

    /// <summary>Begins a run, or takes up one where a checkpoint has left it.</summary>
    /// <param name="settings">What <c>settings.json</c> is to say.</param>
    /// <param name="from">What to go on from; <see langword="null"/> for a new run.</param>
    /// <returns>The validation clips of the epochs before.</returns>
    /// <exception cref="InvalidOperationException">The folder has a run that must stay as it is.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public IReadOnlyList<(ValidationRound Round, ValidationScores Scores)> Start(JsonObject settings, TrainingCheckpoint? from)
    {
        RunFolderRules.ThrowIfTaken(_root, _checkpoints, _options, from);
        _isNew = from is null;
        if (from is null)
        {
            RunFolderRules.Clear(_root);
        }
        else
        {
            _checkpoints.SetAside(after: from.State.Epochs);
            SavedEpochs = Path.GetFullPath(from.Folder) == Path.GetFullPath(_checkpoints[from.State.Epochs]) ? from.State.Epochs : 0;
        }

        AtomicFile.Write(Path.Combine(_root, RunFolderRules.SettingsName), stream => RunJson.Write(stream, settings));
        var rounds = ValidationFolders.Read(_root, from?.State.Epochs ?? 0);
        _validated = rounds.Count == 0 ? -1 : rounds[^1].Round.Epochs;
        return rounds;
    }

    /// <summary>Takes back what makes it a run's folder, of a run that has come to nothing, so that the next start is not refused.</summary>
    public void GiveBack()
    {
        if (!_isNew || SavedEpochs > 0)
        {
            return;
        }

        try
        {
            File.Delete(Path.Combine(_root, RunFolderRules.SettingsName));
            File.Delete(Path.Combine(_root, MetricsFile.Name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start says what is there.
        }
    }

    /// <summary>Takes the samples of epoch <paramref name="index"/>.</summary>
    public SampleFolder SampleFolder(int index) => new(new EpochFolders(Path.Combine(_root, SamplesName))[index + 1]);

    /// <summary>Where the validation clips after so many epochs go; null when there are to be none, or they are there.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="isLast">Whether there will be no further epoch.</param>
    public string? ValidationFolder(int epochs, bool isLast) =>
        _validateEvery > 0 && epochs > _validated && (isLast || epochs % _validateEvery == 0) ? ValidationFolders.PathOf(_root, epochs) : null;

    /// <summary>Takes note of validation clips that were made.</summary>
    public void Validated(ValidationRound round) => _validated = round.Epochs;

    /// <summary>Whether there is to be a checkpoint after epoch <paramref name="index"/>, from 0.</summary>
    public bool IsCheckpointDue(int index) => IsDue(index, _options.SaveEveryEpochs);

    /// <summary>Writes a checkpoint, and removes those that are not to be kept.</summary>
    /// <returns>Its folder.</returns>
    /// <exception cref="CheckpointException">It could not be written; those before it are intact.</exception>
    public string Save(SessionState state, IReadOnlyList<DdpoEpoch> history, Action<string> writeTensors)
    {
        var folder = _checkpoints[state.Epochs];
        TrainingCheckpoint.Write(folder, state, history, writeTensors);
        SavedEpochs = state.Epochs;
        _checkpoints.Keep(_options.KeepLast);
        Log.CheckpointWritten(_logger, folder);
        return folder;
    }

    private bool IsDue(int index, int every) => every > 0 && ((index + 1) % every == 0 || index + 1 == _epochs);
}
