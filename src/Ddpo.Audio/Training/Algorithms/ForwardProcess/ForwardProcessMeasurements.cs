namespace Ddpo.Audio;

/// <summary>The names of what RWR, AWM and DiffusionNFT measure, in <see cref="DdpoEpoch.Measurements"/>. Means are over what is trained on.</summary>
public static class ForwardProcessMeasurements
{
    /// <summary>Share of the epoch's samples, from 0 to 1, that are trained on: with a weight or an advantage that is not 0.</summary>
    public const string TrainedShare = "trained_share";

    /// <summary>
    /// How many samples of the epoch as many equally weighted ones would be, as a share, (Σ w)² / (n Σ w²), from 0 to 1: near 0 one sample rules, near 1 all
    /// weigh the same; measured by RWR.
    /// </summary>
    public const string EffectiveShare = "effective_share";

    /// <summary>Mean optimality, from 0 to 1: 0.5 where better and worse samples balance; measured by DiffusionNFT.</summary>
    public const string OptimalityMean = "optimality_mean";

    /// <summary>Mean of (e − e_old)²: how far the trained policy is from the old one; measured by AWM and DiffusionNFT.</summary>
    public const string OldPolicyKl = "old_policy_kl";

    /// <summary>The share of itself that the old policy kept at the epoch's end, from 0 to 1; measured by AWM and DiffusionNFT.</summary>
    public const string OldPolicyDecay = "old_policy_decay";

    /// <summary>Mean of (e − e_ref)²: how far the model is from what it was before training; where KlWeight is not 0.</summary>
    public const string ReferenceKl = PolicyGradientMeasurements.ReferenceKl;

    /// <summary>Mean ratio of new to old policy; measured by AWM.</summary>
    public const string RatioMean = PolicyGradientMeasurements.RatioMean;

    /// <summary>Share of ratios, from 0 to 1, further from 1 than the clip range; measured by AWM.</summary>
    public const string ClipFraction = PolicyGradientMeasurements.ClipFraction;

    /// <summary>Share of the prompts of an epoch, from 0 to 1, that were left out because all their rewards are equal.</summary>
    public const string FilteredGroups = PolicyGradientMeasurements.FilteredGroups;
}
