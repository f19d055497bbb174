namespace Ddpo.Audio;

/// <summary>Which of the library's own observers are told of a run; all by default. The files are written only when there is a <see cref="CheckpointOptions.Directory"/>.</summary>
public sealed class ObserverOptions
{
    /// <summary>Gets or sets whether the run's folder gets <c>metrics.jsonl</c>, a line of numbers an epoch, and <c>validation.jsonl</c>; on by default.</summary>
    public bool MetricsFile { get; set; } = true;

    /// <summary>Gets or sets whether the run's folder gets <c>report.html</c>, which is rewritten after every epoch; on by default.</summary>
    public bool HtmlReport { get; set; } = true;

    /// <summary>Gets or sets whether the run's folder gets an event file for TensorBoard; on by default.</summary>
    public bool TensorBoard { get; set; } = true;

    /// <summary>Gets or sets whether every epoch is recorded by the instruments of <see cref="DdpoDiagnostics.MeterName"/>; on by default.</summary>
    public bool Telemetry { get; set; } = true;
}
