using System.Globalization;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>What a run had learned after some of its samples.</summary>
/// <param name="Run">The run.</param>
/// <param name="SamplesSeen">Samples learned from until then.</param>
/// <param name="Seconds">Training until then, without what was measured.</param>
/// <param name="ProcessorSeconds">Of these, on a processor, all threads together: other work on the machine hardly changes it.</param>
/// <param name="Threads">CPU threads it had.</param>
/// <param name="Clap">CLAP similarity of the held-out clips.</param>
/// <param name="ClapGain">Its change since before training, clip by clip: mean.</param>
/// <param name="ClapGainError">Standard error of it.</param>
/// <param name="Emotion">Share of held-out clips in which EMOPIA hears the emotion that was asked for.</param>
/// <param name="EmotionGain">Its change.</param>
/// <param name="EmotionGainError">Standard error of it.</param>
/// <param name="Instrument">Share of held-out clips in which CLAP hears the instrument that was asked for.</param>
/// <param name="InstrumentGain">Its change.</param>
/// <param name="Decibels">Mean distance of the loudness from -20 dB, as the loudness metric has it, at most 0.</param>
/// <param name="PeakMegabytes">Most memory of the process until then.</param>
internal sealed record StudyRow(
    StudyRun Run,
    int SamplesSeen,
    double Seconds,
    double ProcessorSeconds,
    int Threads,
    double Clap,
    double ClapGain,
    double ClapGainError,
    double Emotion,
    double EmotionGain,
    double EmotionGainError,
    double Instrument,
    double InstrumentGain,
    double Decibels,
    double PeakMegabytes)
{
    /// <summary>The columns of <see cref="ToCsv"/>.</summary>
    public const string CsvHeader =
        "task,algorithm,learning_rate,budget,seed,samples,seconds,cpu_seconds,threads,clap,clap_gain,clap_gain_se,emotion_accuracy,emotion_gain,emotion_gain_se,instrument_accuracy,instrument_gain,loudness,peak_mb";

    /// <summary>A line of a table.</summary>
    public string ToCsv() => string.Join(',', new object[]
    {
        StudyRun.NameOf(Run.Task), StudyRun.NameOf(Run.Algorithm), (object?)Run.LearningRate ?? "", Run.Samples, Run.Seed, SamplesSeen, Number(Seconds, "F1"), Number(ProcessorSeconds, "F1"), Threads,
        Number(Clap), Number(ClapGain), Number(ClapGainError), Number(Emotion), Number(EmotionGain), Number(EmotionGainError), Number(Instrument), Number(InstrumentGain), Number(Decibels),
        Number(PeakMegabytes, "F0"),
    }.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    private static string Number(double value, string format = "F4") => value.ToString(format, CultureInfo.InvariantCulture);
}
