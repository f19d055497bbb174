using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio.Rewards;

/// <summary>Settings of a <see cref="LoudnessReward"/> in a container.</summary>
public sealed class LoudnessRewardOptions
{
    /// <summary>The loudness to reach in dB relative to full scale, from -100 to 0; -20 by default.</summary>
    [Range(-100d, 0d)]
    public double TargetDecibels { get; set; } = -20;
}
