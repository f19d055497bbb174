namespace Ddpo.Audio;

/// <summary>The names of what policy gradients measure, in <see cref="DdpoEpoch.Measurements"/>.</summary>
public static class PolicyGradientMeasurements
{
    /// <summary>Mean of ½ (log-prob − old log-prob)²: how far the policy moved from the one that sampled.</summary>
    public const string ApproxKl = "approx_kl";

    /// <summary>Share of ratios, from 0 to 1, further from 1 than the clip range.</summary>
    public const string ClipFraction = "clip_fraction";

    /// <summary>Mean probability ratio of new to old policy.</summary>
    public const string RatioMean = "ratio_mean";

    /// <summary>
    /// Largest |ratio − 1| before the epoch's first update, where the policy is still the one that sampled: exactly 0 when sampling and training agree.
    /// </summary>
    public const string OnPolicyRatioError = "on_policy_ratio_error";
}
