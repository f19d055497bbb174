using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio.Rewards;

/// <summary>Settings of a <see cref="SpectralCentroidReward"/> in a container.</summary>
public sealed class SpectralCentroidRewardOptions
{
    /// <summary>The spectral centroid to reach, in Hz, above 0; 2000 by default.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetHertz { get; set; } = 2000;
}
