namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>From the values of the labels to a score: <see cref="EmopiaScore"/>'s formulas.</summary>
internal sealed class EmopiaScoring(EmotionLabels labels, EmopiaScore score)
{
    /// <summary>Why the score has no gradient; null when it has one.</summary>
    public string? GradientProblem => score == EmopiaScore.Hit
        ? $"its Score is {score}, which is 0 or 1 and nothing between; {EmopiaScore.TargetValue} has a slope everywhere"
        : null;

    /// <summary>The score.</summary>
    /// <param name="target">The label that is asked for.</param>
    /// <param name="values">Of every label.</param>
    /// <exception cref="ArgumentException">The network's labels do not tell.</exception>
    public float Of(int target, float[] values) => score switch
    {
        EmopiaScore.TargetValue => values[target],
        EmopiaScore.TargetMinusMaximum => values[target] - values.Max(),
        EmopiaScore.Hit => values[target] >= values.Max() ? 1 : 0,
        _ => values.Where((_, label) => Half(target)[label]).Sum() / Math.Max(values.Sum(), float.Epsilon),
    };

    /// <summary>The same, differentiable.</summary>
    public Tensor Of(int target, Tensor values) => score switch
    {
        EmopiaScore.TargetValue => values[target],
        EmopiaScore.TargetMinusMaximum => values[target] - values.max(),
        EmopiaScore.Hit => throw new NotSupportedException(GradientProblem),
        _ => (values * tensor(Half(target), device: values.device).to(values.dtype)).sum() / values.sum().ClampMin(float.Epsilon),
    };

    private bool[] Half(int target) => labels.SameHalf(target, score == EmopiaScore.Arousal ? "HA" : "HV");
}
