using Ddpo.Audio.Training.Observers.Html;
using Ddpo.Audio.Training.Observers.TensorBoard;

namespace Ddpo.Audio.Training.Observers;

/// <summary>The library's own observers.</summary>
internal static class RunObservers
{
    /// <summary>Those that settings ask for.</summary>
    public static IReadOnlyList<IRunObserver> Of(ObserverOptions options)
    {
        var observers = new List<IRunObserver>();
        Add(options.MetricsFile, () => new MetricsFile());
        Add(options.MetricsFile, () => new ValidationFile());
        Add(options.HtmlReport, () => new HtmlReportObserver(TimeProvider.System));
        Add(options.TensorBoard, () => new TensorBoardObserver(TimeProvider.System));
        Add(options.Telemetry, () => new TelemetryObserver());
        return observers;

        void Add(bool isOn, Func<IRunObserver> make)
        {
            if (isOn)
            {
                observers.Add(make());
            }
        }
    }
}
