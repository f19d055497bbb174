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

    /// <summary>
    /// <c>ln(v[target] / Σ v)</c>, at most 0 and without a least value: the log-likelihood of classifier guidance (Dhariwal and Nichol 2021, arXiv:2105.05233).
    /// Of all scores only this one has a steep slope where the target is hardly heard, so that direct-reward training mends what is heard wrongly, not
    /// what is right already. Weigh it less than others: it goes to −5 and below.
    /// </summary>
    LogShare,
}
