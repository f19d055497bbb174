using Microsoft.Extensions.Logging;

namespace Ddpo.Audio;

/// <summary>Where and how a pipeline runs. Read when it is loaded.</summary>
public sealed class AudioLdm2PipelineOptions
{
    /// <summary>Gets or sets the device: <c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Gets or sets the precision of the weights in memory, whatever they are stored in; <see cref="Precision.Float32"/> by default.</summary>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Gets or sets where warnings go, such as of a truncated prompt; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal AudioLdm2PipelineOptions Copy() => (AudioLdm2PipelineOptions)MemberwiseClone();
}
