using System.Diagnostics.Metrics;
using Ddpo.Audio;

/// <summary>What the library's instrument says of live tensors.</summary>
internal sealed class LiveTensors : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public LiveTensors()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DdpoDiagnostics.MeterName && instrument.Name == DdpoInstruments.LiveTensors)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => _count = count);
        _listener.Start();
    }

    public long Count()
    {
        _listener.RecordObservableInstruments();
        return _count;
    }

    public void Dispose() => _listener.Dispose();
}
