using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Runtime;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>The model that a container loads.</summary>
public sealed class DdpoPipelineOptions
{
    /// <summary>The checkpoint's folder, or its name on the hub, as for <see cref="AudioLdm2Pipeline.FromPretrainedAsync"/>. Required.</summary>
    [Required(ErrorMessage = "expected the folder of an AudioLDM2 checkpoint, or its name on the hub, such as cvssp/audioldm2-music.")]
    public string? Path { get; set; }

    /// <summary><c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>. Of several processes that MPI starts, <c>cuda</c> is each one's own.</summary>
    [Required]
    [RegularExpression(ComputeDevice.NamePattern, ErrorMessage = ComputeDevice.ExpectedName)]
    public string Device { get; set; } = "cpu";

    /// <summary>Precision of the weights in memory; <see cref="Precision.Float32"/> by default.</summary>
    [EnumDataType(typeof(Precision))]
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>
    /// Precision of what makes sound of latents, the VAE and the vocoder; that of <see cref="Precision"/> by default. With <see cref="Precision.BFloat16"/> training and scoring
    /// take less time on machines that have instructions for it, and scores differ a little.
    /// </summary>
    [EnumDataType(typeof(Precision))]
    public Precision? DecodingPrecision { get; set; }

    /// <summary>
    /// Threads that libtorch shares an operation out to on the CPU, at least 1; by default what the program has set (<c>OMP_NUM_THREADS</c>), else a thread for each
    /// core. On Linux only.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? NumThreads { get; set; }

    /// <summary>Where a model comes from that is given by its name.</summary>
    [Required, ValidateObjectMembers]
    public HubOptions Hub { get; set; } = new();
}
