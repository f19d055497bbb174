namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>What to call a measurement of an algorithm, and what it means.</summary>
internal static class MeasurementText
{
    /// <summary>Words for a name; those of an own algorithm speak for themselves.</summary>
    public static (string Title, string Note) Of(string name) => name switch
    {
        PolicyGradientMeasurements.ApproxKl => ("Approximate KL", "How far an epoch's updates moved the policy from the one that sampled."),
        PolicyGradientMeasurements.ClipFraction => ("Clip fraction", "Share of ratios further from 1 than the clip range."),
        PolicyGradientMeasurements.RatioMean => ("Ratio", "Mean probability ratio of the new policy to the one that sampled."),
        PolicyGradientMeasurements.OnPolicyRatioError => ("Ratio error", "Largest |ratio − 1| before the first update: 0 when sampling and training agree."),
        PolicyGradientMeasurements.ReferenceKl => ("Divergence from the start", "How far the policy is from the model before training."),
        PolicyGradientMeasurements.FilteredGroups => ("Groups left out", "Share of the groups whose samples all got the same reward."),
        TrainingMeasurements.LearningRate => ("Learning rate", "Of the epoch's last update."),
        _ => (Sentence(name), "As the algorithm measured it, over all training steps."),
    };

    private static string Sentence(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');
}
