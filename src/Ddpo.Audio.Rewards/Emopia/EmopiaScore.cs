namespace Ddpo.Audio.Rewards;

/// <summary>How an <see cref="EmopiaReward"/> makes a score from the values v of the labels, each from 0 to 1.</summary>
public enum EmopiaScore
{
    /// <summary><c>v[target] − max v</c>, at most 0: 0 where the target is heard most.</summary>
    TargetMinusMaximum,

    /// <summary><c>v[target]</c>, from 0 to 1.</summary>
    TargetValue,

    /// <summary>1 where the target is heard most, else 0.</summary>
    Hit,

    /// <summary>The share, from 0 to 1, of the labels with the target's arousal: <c>(v[Q1] + v[Q2]) / Σ v</c> for Q1 and Q2.</summary>
    Arousal,

    /// <summary>The share, from 0 to 1, of the labels with the target's valence: <c>(v[Q1] + v[Q4]) / Σ v</c> for Q1 and Q4.</summary>
    Valence,
}
