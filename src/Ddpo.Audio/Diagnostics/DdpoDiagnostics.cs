namespace Ddpo.Audio;

/// <summary>
/// Names of what the library tells about itself through <c>System.Diagnostics</c>: activities (traces) and instruments (metrics), for
/// OpenTelemetry's <c>AddSource</c> and <c>AddMeter</c>, <c>dotnet-counters</c>, or a listener of your own.
/// </summary>
/// <remarks>Without a listener nothing is measured, and nothing is allocated for it. Names and units are stable.</remarks>
public static class DdpoDiagnostics
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "Ddpo.Audio";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "Ddpo.Audio";
}
