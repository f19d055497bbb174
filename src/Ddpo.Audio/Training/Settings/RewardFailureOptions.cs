using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>What happens when a reward or metric fails: it throws, or returns the wrong number of values or one that is not finite.</summary>
/// <remarks>
/// For a reward that calls a service, see also <c>WithTimeLimit</c> of <c>Ddpo.Audio.Rewards</c>. A call that
/// takes too long there fails here. Every failure is logged with the reward's name and the cause.
/// </remarks>
public sealed class RewardFailureOptions
{
    /// <summary>How often to ask again, at once, before it counts as a failure; at least 0 (the default).</summary>
    [Range(0, int.MaxValue)]
    public int Retries { get; set; }

    /// <summary>What to do then; <see cref="RewardFailureAction.Fail"/> by default.</summary>
    [EnumDataType(typeof(RewardFailureAction))]
    public RewardFailureAction Action { get; set; } = RewardFailureAction.Fail;

    /// <summary>
    /// Largest share of an epoch's samples that <see cref="RewardFailureAction.DropSamples"/> may drop, from 0 to 1; 0.5 by default.
    /// Beyond it training stops: the reward is broken, not the sample.
    /// </summary>
    [Range(0d, 1d)]
    public double MaxDroppedFraction { get; set; } = 0.5;
}

/// <summary>What to do about a reward that fails.</summary>
public enum RewardFailureAction
{
    /// <summary>Training stops with a <see cref="RewardException"/>, after the last whole epoch.</summary>
    Fail,

    /// <summary>
    /// The samples that it fails on are not trained on and take no part in statistics; when a whole batch fails, its clips are asked
    /// about one by one. Where a metric fails, only its value is left out.
    /// </summary>
    DropSamples,
}
