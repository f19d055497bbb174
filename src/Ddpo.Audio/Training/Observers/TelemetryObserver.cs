using Ddpo.Audio.Diagnostics;

namespace Ddpo.Audio.Training.Observers;

/// <summary>Records every epoch by the library's instruments.</summary>
internal sealed class TelemetryObserver : IRunObserver
{
    private string _run = "";

    public void OnStart(RunStart run) => _run = run.Name;

    public void OnEpoch(DdpoEpoch epoch) => EpochInstruments.Record(epoch, _run);
}
