using System.Diagnostics;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>Makes a row of every round of validation.</summary>
internal sealed class Measured(StudyRun run, int samplesPerEpoch, int threads) : IRunObserver
{
    /// <summary>The reward that has to be in every task.</summary>
    public const string Clap = "clap_score";

    /// <summary>A metric that every run gets.</summary>
    public const string Instrument = "instrument";

    private const string Emotion = "emo_score";
    private const string Loudness = "loudness";

    private double _seconds;
    private double _processorSeconds;
    private TimeSpan _last;

    public List<StudyRow> Rows { get; } = [];

    public void OnEpoch(DdpoEpoch epoch)
    {
        _seconds += epoch.Seconds.Total;
        var before = _last;
        _processorSeconds += (MarkProcessorTime() - before).TotalSeconds;
    }

    public void OnValidation(ValidationRound round)
    {
        var (clap, emotion) = (round.Change?.Rewards[Clap], round.Change?.Accuracy[Emotion]);
        using var process = Process.GetCurrentProcess();
        Rows.Add(new StudyRow(
            run,
            round.Epochs * samplesPerEpoch,
            _seconds,
            _processorSeconds,
            threads,
            round.Rewards[Clap].Mean,
            clap?.Mean ?? 0,
            clap?.StandardError ?? 0,
            round.Accuracy[Emotion].Value,
            emotion?.Mean ?? 0,
            emotion?.StandardError ?? 0,
            round.Rewards[Instrument].Mean,
            round.Change?.Rewards[Instrument].Mean ?? 0,
            round.Rewards[Loudness].Mean,
            process.PeakWorkingSet64 / 1e6));
        MarkProcessorTime();
    }

    // What is between two marks is an epoch, or a round of validation, which does not count.
    private TimeSpan MarkProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return _last = process.TotalProcessorTime;
    }
}
