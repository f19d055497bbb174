using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>
/// The samples of an epoch, in batches of <see cref="SamplingOptions.BatchSize"/>, with what they got. In a job of several processes, a rank has its share of
/// each batch; prompts and rewards are those of all ranks.
/// </summary>
[Experimental(ExperimentalApi.Tensors)]
public sealed class RolloutSet
{
    internal RolloutSet(IReadOnlyList<Rollout> batches, IReadOnlyList<Prompt> prompts, IReadOnlyList<float> rewards) =>
        (Batches, Prompts, Rewards) = (batches, prompts, rewards);

    /// <summary>Gets the sampled batches, of which <see cref="Rollout.Samples"/> says whose rewards are whose. They stay the trainer's, and live until the epoch is over.</summary>
    public IReadOnlyList<Rollout> Batches { get; }

    /// <summary>Gets each sample's prompt.</summary>
    public IReadOnlyList<Prompt> Prompts { get; }

    /// <summary>Gets each sample's reward: the weighted sum of all, each normalised as it was added. <see cref="float.NaN"/> where one failed.</summary>
    public IReadOnlyList<float> Rewards { get; }

    /// <summary>Gets the number of samples, those of other ranks included.</summary>
    public int Count => Prompts.Count;
}
