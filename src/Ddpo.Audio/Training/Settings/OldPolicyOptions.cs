using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>What AWM and DiffusionNFT share: advantages of groups, and an old policy that samples and that the trained one is compared with.</summary>
public abstract class OldPolicyOptions : ForwardProcessOptions
{
    private protected OldPolicyOptions()
    {
    }

    /// <summary>What the distance from the group's mean is divided by; the epoch's standard deviation by default, as in the references.</summary>
    [EnumDataType(typeof(AdvantageScale))]
    public AdvantageScale AdvantageScale { get; set; }

    /// <summary>Largest advantage, either way (<c>adv_clip_max</c>), above 0; 5 by default. The loss takes advantages as shares of it.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double AdvantageClip { get; set; } = 5;

    /// <summary>How slowly the old policy follows the trained one.</summary>
    [Required, ValidateObjectMembers]
    public OldPolicyDecayOptions OldPolicyDecay { get; set; } = new();
}

/// <summary>
/// How much of itself the old policy keeps after an epoch: min(PerUpdate · max(s − Start, 0), Max) after s updates of the run; the rest comes from the trained one.
/// </summary>
/// <remarks>The types of DiffusionNFT's reference (<c>decay_type</c>): 0 is PerUpdate 0; 1, the default, 0.001, 0 and 0.5; 2 is 0.0075, 75 and 0.999.</remarks>
public sealed class OldPolicyDecayOptions
{
    /// <summary>What each update adds to the decay, at least 0; 0.001 by default. 0 makes the old policy the trained one as it was at the epoch's start.</summary>
    [Range(0, float.MaxValue)]
    public double PerUpdate { get; set; } = 0.001;

    /// <summary>Updates before the decay begins to rise, at least 0 (the default).</summary>
    [Range(0, int.MaxValue)]
    public int Start { get; set; }

    /// <summary>The largest decay, from 0 to below 1; 0.5 by default (in AWM 0.3).</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Max { get; set; } = 0.5;

    /// <summary>The decay after so many updates.</summary>
    internal double After(long updates) => Math.Min(PerUpdate * Math.Max(updates - Start, 0), Max);
}
