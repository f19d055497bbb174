namespace Ddpo.Audio;

/// <summary>How a reward's values are brought to a common scale before they are weighted and summed.</summary>
/// <remarks>
/// Done over all samples of an epoch, when the last of them is scored, so that neither batch sizes nor the order of work matter.
/// <see cref="DdpoEpoch.Rewards"/> has the values as they were before.
/// </remarks>
public enum RewardNormalization
{
    /// <summary>The value r as it is.</summary>
    None,

    /// <summary>
    /// (r − m) / (s + 1e-6), with m and s the mean and the population standard deviation of everything that this reward gave in the
    /// run so far, this epoch's samples included. Rewards of different scales then weigh what their weights say.
    /// </summary>
    RunningZScore,

    /// <summary>
    /// (k − 1) / (n − 1), with k the value's rank from 1 to n among the epoch's n samples, smallest first; equal values share the
    /// mean of their ranks. From 0 to 1, and 0.5 for a single sample. What counts is the order, so that outliers weigh no more
    /// than others.
    /// </summary>
    Rank,
}
