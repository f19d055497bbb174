using Microsoft.Extensions.Logging;

namespace Ddpo.Audio;

/// <summary>Where and how a pipeline runs. Read when it is loaded.</summary>
public sealed class AudioLdm2PipelineOptions
{
    /// <summary>Gets or sets the device: <c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Gets or sets the precision of the weights in memory, whatever they are stored in; <see cref="Precision.Float32"/> by default.</summary>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>
    /// Gets or sets the precision of what makes sound of latents, the VAE and the vocoder; that of <see cref="Precision"/> by default (<see langword="null"/>). With
    /// <see cref="Precision.BFloat16"/> training and scoring take less time on machines that have instructions for it, and scores differ a little.
    /// </summary>
    public Precision? DecodingPrecision { get; set; }

    /// <summary>
    /// Gets or sets how many threads libtorch shares an operation out to on the CPU, at least 1; <see langword="null"/>, the default, is what the program has
    /// set (<c>torch.set_num_threads</c>, <c>OMP_NUM_THREADS</c>), else a thread for each core. Of this pipeline alone, and on Linux only.
    /// </summary>
    public int? NumThreads { get; set; }

    /// <summary>Gets or sets where warnings go, such as of a truncated prompt; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets where a model comes from that is given by its name, and which files of weights to prefer.</summary>
    public HubOptions Hub { get; set; } = new();

    internal AudioLdm2PipelineOptions Copy()
    {
        var copy = (AudioLdm2PipelineOptions)MemberwiseClone();
        copy.Hub = Hub?.Copy() ?? new();
        return copy;
    }
}
