using System.Diagnostics.Metrics;

namespace Ddpo.Audio.Testing;

/// <summary>Listens to the library's meter, as an exporter does.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _all = [];

    public Measurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DdpoDiagnostics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything of an instrument, in the order in which it was measured.</summary>
    public List<Measured> Of(string instrument)
    {
        lock (_all)
        {
            return [.. _all.Where(measured => measured.Instrument.Name == instrument)];
        }
    }

    /// <summary>Asks the instruments that measure only when asked.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_all)
        {
            _all.Add(new Measured(instrument, value, tags.ToArray().ToDictionary()));
        }
    }
}

/// <summary>One measurement.</summary>
internal sealed record Measured(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
