using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Ddpo.Audio;

/// <summary>Improves a model, one epoch at a time. The run around it (start, stop, resume, save, validate, observers) is the trainer's.</summary>
/// <remarks>
/// <para>Threads: <see cref="RunEpochAsync"/> is called by one training loop at a time; tensors are touched on the pipeline's thread only
/// (<see cref="EpochContext.UpdateAsync"/>). The other members are called on that thread or between epochs.</para>
/// <para>All or nothing: when an epoch throws or is cancelled, the trainer puts back weights, optimizer, <see cref="Tensors"/> and what
/// <see cref="SaveState"/> gave before it. So everything that is remembered from one epoch to the next must be in one of these.</para>
/// <para>Ownership: an algorithm that is given to a builder stays the caller's, and belongs to one trainer at a time.</para>
/// </remarks>
[Experimental(ExperimentalApi.Tensors)]
public interface ITrainingAlgorithm
{
    /// <summary>Gets a short name, such as <c>ddpo</c>: a run goes on with the algorithm that it began with only.</summary>
    string Name { get; }

    /// <summary>Gets how many samples each prompt that is drawn gets, side by side, at least 1 (the default); always the same.</summary>
    /// <remarks>The last prompt of an epoch gets fewer when this does not divide the epoch's samples.</remarks>
    int SamplesPerPrompt => 1;

    /// <summary>Gets the most optimizer steps that an epoch has, at least 1: a function of the settings, by which learning-rate schedules end.</summary>
    /// <remarks>By default, those of one pass over the samples: an update for each <see cref="TrainingOptions.GradientAccumulationSteps"/> training batches.</remarks>
    int UpdatesPerEpoch(DdpoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Training.UpdatesPerPass(options.Sampling);
    }

    /// <summary>Gets whether it knows that a rank of a job of several processes has its share of the samples only; <see langword="false"/> by default, and
    /// then it is refused there.</summary>
    /// <remarks>
    /// There, <see cref="Rollout.Samples"/> says which samples of the epoch those of a batch are, by which rewards and prompts of all ranks are found; an update
    /// (<see cref="IPolicyOptimizer.Update"/>) takes the mean of the ranks' gradients, so that a loss which is a mean over a rank's samples is right as it is; and
    /// all ranks have to make as many updates. Measurements that differ are averaged.
    /// </remarks>
    bool SupportsRanks => false;

    /// <summary>Gets the tensors that are remembered from one epoch to the next, besides weights and optimizer, by name; none by default.</summary>
    /// <remarks>Asked for after <see cref="Prepare"/>; must stay the same tensors then, which are changed in place. They are saved with every checkpoint.</remarks>
    IReadOnlyDictionary<string, Tensor> Tensors => new Dictionary<string, Tensor>();

    /// <summary>Makes what the algorithm needs for these parameters, on the pipeline's thread, before the first epoch of a trainer.</summary>
    void Prepare(IPolicyParameters parameters)
    {
    }

    /// <summary>Does one epoch: samples, scores, updates.</summary>
    /// <param name="epoch">What there is to do it with.</param>
    /// <param name="cancellationToken">To be looked at in every step.</param>
    /// <returns>What was measured.</returns>
    Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken);

    /// <summary>Gets what is remembered from one epoch to the next, as JSON; <see langword="null"/>, the default, when that is nothing.</summary>
    JsonNode? SaveState() => null;

    /// <summary>Makes the algorithm remember what <see cref="SaveState"/> gave.</summary>
    void RestoreState(JsonNode? state)
    {
    }
}

/// <summary>What an algorithm measured in an epoch.</summary>
/// <param name="Loss">The mean of its objective; <see cref="double.NaN"/> when there was no update.</param>
/// <param name="Measurements">Its other numbers, by name (<c>snake_case</c>); <see cref="DdpoEpoch.Measurements"/> has them.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record EpochResult(double Loss, IReadOnlyDictionary<string, double> Measurements);
