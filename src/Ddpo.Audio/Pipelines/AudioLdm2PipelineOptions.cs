using Microsoft.Extensions.Logging;

namespace Ddpo.Audio;

/// <summary>Where and how a pipeline runs.</summary>
public sealed record AudioLdm2PipelineOptions
{
    /// <summary><c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Precision of the weights in memory, whatever they are stored in; <see cref="Precision.Float32"/> by default.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Where warnings go, such as of a truncated prompt; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
