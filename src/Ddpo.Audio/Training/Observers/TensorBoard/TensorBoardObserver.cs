using System.Globalization;

namespace Ddpo.Audio.Training.Observers.TensorBoard;

/// <summary>Lets an event file for TensorBoard grow. Steps in it are epochs done.</summary>
/// <param name="time">The clock.</param>
internal sealed class TensorBoardObserver(TimeProvider time) : IRunObserver, IDisposable
{
    private EventFile? _events;

    public void OnStart(RunStart run)
    {
        if (run.Directory is not { } folder)
        {
            return;
        }

        // What a killed process wrote after the checkpoint will be done, and told, again.
        var done = run.History.Count;
        _events = EventFile.Start(folder, time.GetUtcNow(), done == 0 ? 0 : done + 1);
        _events.Append(SummaryEvent.Text(time.GetUtcNow(), done, "settings", $"```json\n{run.Settings}\n```"));
        _events.Flush();
    }

    public void OnEpoch(DdpoEpoch epoch)
    {
        _events?.Append(SummaryEvent.Scalars(time.GetUtcNow(), epoch.Index + 1, EpochScalars.Of(epoch)));
        _events?.Flush();
    }

    public void OnValidation(ValidationRound round)
    {
        foreach (var (index, sample) in round.Samples.Index())
        {
            _events?.Append(SummaryEvent.Audio(
                time.GetUtcNow(),
                round.Epochs,
                string.Create(CultureInfo.InvariantCulture, $"validation_clips/{index:0000}"),
                sample.Prompt.Text,
                File.ReadAllBytes(Path.Combine(round.Folder, sample.File))));
        }

        _events?.Append(SummaryEvent.Scalars(time.GetUtcNow(), round.Epochs, EpochScalars.Of(round)));
        _events?.Flush();
    }

    public void Dispose() => _events?.Dispose();
}
