using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>What to measure, and how often. As <c>--Parts:0 forward --Threads 2 --PublishedSize true</c>.</summary>
internal sealed class SpeedOptions
{
    /// <summary>Where the tables go.</summary>
    [Required]
    public string Output { get; set; } = Path.Combine("runs", "speed");

    /// <summary>Names of <see cref="SpeedParts"/>; all when empty.</summary>
    public string[] Parts { get; set; } = [];

    /// <summary>Times that each is measured.</summary>
    [Range(1, int.MaxValue)]
    public int Repeats { get; set; } = 9;

    /// <summary>Times that each runs before.</summary>
    [Range(0, int.MaxValue)]
    public int WarmUps { get; set; } = 3;

    /// <summary>Threads of libtorch's; 0, the default, leaves it to libtorch. <c>OMP_NUM_THREADS</c>, where it is set, wins.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Where the models run: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    [RegularExpression(ComputeDevice.NamePattern, ErrorMessage = ComputeDevice.ExpectedName)]
    public string Device { get; set; } = "cpu";

    /// <summary>An AudioLDM2 folder; the musicbox by default.</summary>
    public string? Model { get; set; }

    /// <summary>Models of the published size instead, with weights made up, and clips of 10.24 s.</summary>
    public bool PublishedSize { get; set; }

    /// <summary>Clips at a time for the UNet; 1, 2, 8 and 16 when empty, and 1 and 2 at the published size.</summary>
    public int[] Batches { get; set; } = [];
}
