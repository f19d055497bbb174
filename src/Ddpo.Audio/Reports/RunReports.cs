using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Reports.Html;
using Ddpo.Audio.Reports.TensorBoard;

namespace Ddpo.Audio.Reports;

/// <summary>What people watch a run with: a page that is rewritten, and an event file for TensorBoard that grows.</summary>
/// <remarks>Steps in the event file are epochs done. Not thread-safe.</remarks>
internal sealed class RunReports : IDisposable
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly string _folder;
    private readonly JsonObject _settings;
    private readonly int _totalEpochs;
    private readonly TimeProvider _time;
    private readonly List<DdpoEpoch> _epochs;
    private readonly ClipPlayers _players = new();
    private readonly EventFile _events;

    private RunReports(string folder, JsonObject settings, int totalEpochs, IReadOnlyList<DdpoEpoch> history, TimeProvider time)
    {
        (_folder, _settings, _totalEpochs, _time) = (folder, settings, totalEpochs, time);
        _epochs = [.. history];

        // What a killed process wrote after the checkpoint will be done, and told, again.
        _events = EventFile.Start(folder, time.GetUtcNow(), history.Count == 0 ? 0 : history.Count + 1);
    }

    /// <summary>Starts, or goes on with, the reports of a run, and writes the page.</summary>
    /// <param name="folder">The run's folder, which exists.</param>
    /// <param name="settings">The run's, in groups.</param>
    /// <param name="totalEpochs">Epochs that the run is to have.</param>
    /// <param name="history">Epochs done, when the run goes on.</param>
    /// <param name="rounds">Validation clips that were made until then.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static RunReports Start(
        string folder,
        JsonObject settings,
        int totalEpochs,
        IReadOnlyList<DdpoEpoch> history,
        IEnumerable<ValidationRound> rounds,
        TimeProvider time)
    {
        var reports = new RunReports(folder, settings, totalEpochs, history, time);
        try
        {
            foreach (var left in Directory.EnumerateFiles(folder, $"{HtmlReport.FileName}.*.tmp"))
            {
                File.Delete(left); // by a process that was killed while it wrote
            }

            foreach (var round in rounds)
            {
                reports._players.Add(round);
            }

            reports._events.Append(SummaryEvent.Text(
                time.GetUtcNow(), history.Count, "settings", $"```json\n{settings.ToJsonString(s_indented)}\n```"));
            reports._events.Flush();
            reports.WritePage(RunState.Running);
            return reports;
        }
        catch
        {
            reports.Dispose();
            throw;
        }
    }

    /// <summary>Adds an epoch that is done.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Add(DdpoEpoch epoch)
    {
        _epochs.Add(epoch);
        _events.Append(SummaryEvent.Scalars(_time.GetUtcNow(), epoch.Index + 1, EpochScalars.Of(epoch)));
        _events.Flush();
        WritePage(RunState.Running);
    }

    /// <summary>Adds validation clips, whose files are there.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Add(ValidationRound round)
    {
        _players.Add(round);
        foreach (var (index, entry) in round.Entries.Index())
        {
            _events.Append(SummaryEvent.Audio(
                _time.GetUtcNow(),
                round.Epochs,
                string.Create(CultureInfo.InvariantCulture, $"validation_clips/{index:0000}"),
                entry.Prompt.Text,
                File.ReadAllBytes(Path.Combine(round.Folder, entry.File))));
        }

        var scores = round.Entries.SelectMany(entry => entry.Rewards).GroupBy(reward => reward.Key, reward => reward.Value, StringComparer.Ordinal);
        _events.Append(SummaryEvent.Scalars(
            _time.GetUtcNow(), round.Epochs, scores.Select(values => ($"validation/{values.Key}", values.Average()))));
        _events.Flush();
        WritePage(RunState.Running);
    }

    /// <summary>Says how the run ended.</summary>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public void End(RunState state) => WritePage(state);

    /// <summary>Closes the event file.</summary>
    public void Dispose() => _events.Dispose();

    private void WritePage(RunState state)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_folder)));
        HtmlReport.Save(_folder, new RunView(name, state, _time.GetUtcNow(), _totalEpochs, _epochs, _settings, _players));
    }
}
