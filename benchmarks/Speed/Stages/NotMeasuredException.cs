namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>A stage that cannot be measured here; the table says why.</summary>
/// <param name="message">Why.</param>
internal sealed class NotMeasuredException(string message) : Exception(message);
