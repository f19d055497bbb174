using System.Globalization;

namespace Ddpo.Audio;

/// <summary>The names of what policy gradients measure, in <see cref="DdpoEpoch.Measurements"/>.</summary>
public static class PolicyGradientMeasurements
{
    private const string StepPrefix = "gradient_norm_step_";

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

    /// <summary>Mean divergence from the model before training, in the space of <see cref="PolicyGradientOptions.KlSpace"/>; where KlWeight is not 0.</summary>
    public const string ReferenceKl = "reference_kl";

    /// <summary>Share of the groups of an epoch, from 0 to 1, that were left out because all their rewards are equal; measured by GRPO.</summary>
    public const string FilteredGroups = "filtered_groups";

    /// <summary>
    /// Norm of the gradient at one denoising step, over the first batch that an epoch trains on, before its first update; where
    /// <see cref="PolicyGradientOptions.MeasureStepGradients"/> is on. <c>gradient_norm_step_0</c> is the noisiest step's.
    /// </summary>
    /// <param name="step">The step, from 0.</param>
    public static string GradientNormOfStep(int step) => string.Create(CultureInfo.InvariantCulture, $"{StepPrefix}{step}");

    /// <summary>The step of such a name; <see langword="null"/> for other names.</summary>
    internal static int? StepOf(string name) => name.StartsWith(StepPrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
}
