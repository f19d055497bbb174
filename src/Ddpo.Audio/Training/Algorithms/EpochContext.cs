using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio;

/// <summary>What an algorithm has to do an epoch with. Everything in it stays the trainer's.</summary>
[Experimental(ExperimentalApi.Tensors)]
public sealed class EpochContext
{
    private readonly RunSetup _run;
    private readonly EpochRollouts _rollouts;
    private readonly SampleFolder? _kept;
    private readonly EpochReporter _report;

    internal EpochContext(
        int index,
        RunSetup run,
        IStochasticScheduler scheduler,
        IPolicyParameters parameters,
        IPolicyOptimizer optimizer,
        EpochRollouts rollouts,
        SampleFolder? kept,
        EpochReporter report,
        ILogger logger)
    {
        (Index, _run, Scheduler, Parameters, Optimizer, _rollouts, _kept, _report, Logger) =
            (index, run, scheduler, parameters, optimizer, rollouts, kept, report, logger);
    }

    /// <summary>Gets the epoch's number, from 0.</summary>
    public int Index { get; }

    /// <summary>Gets the run's settings. Not to be changed.</summary>
    public DdpoOptions Options => _run.Options;

    /// <summary>Gets the model.</summary>
    public ITrainableDiffusion Diffusion => _run.Diffusion;

    /// <summary>Gets what denoising steps are drawn from.</summary>
    public IStochasticScheduler Scheduler { get; }

    /// <summary>Gets what learns.</summary>
    public IPolicyParameters Parameters { get; }

    /// <summary>Gets what makes an update of accumulated gradients.</summary>
    public IPolicyOptimizer Optimizer { get; }

    /// <summary>Gets where messages go.</summary>
    public ILogger Logger { get; }

    /// <summary>Gets this process's number in a job of several, from 0.</summary>
    public int Rank => _run.Ranks.Rank;

    /// <summary>Gets the number of processes that train together, at least 1.</summary>
    public int NumRanks => _run.Ranks.Size;

    internal RankGroup Ranks => _run.Ranks;

    internal BatchShare Share => _run.Share;

    /// <summary>Draws the epoch's prompts, samples and scores them, and keeps their log-probs. Once an epoch.</summary>
    /// <exception cref="RewardException">A reward failed, or too many samples were dropped.</exception>
    /// <exception cref="InvalidOperationException">The epoch has its samples already.</exception>
    public Task<RolloutSet> SampleAsync(CancellationToken cancellationToken) =>
        SampleAsync(RolloutPlan.Of(Options.Sampling.NumInferenceSteps), cancellationToken);

    /// <summary>
    /// The same, but keeps each sample's final latents alone: <see cref="Rollout.Latents"/> is [1, batch, ...], and there are no timesteps and log-probs.
    /// Memory does not grow with the steps, and <see cref="SamplingOptions.Eta"/> may be 0.
    /// </summary>
    /// <param name="policy">Makes the model sample with other weights until what it returns is disposed; called on the pipeline's thread for each batch.
    /// <see langword="null"/> samples with the weights that learn.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <exception cref="RewardException">A reward failed, or too many samples were dropped.</exception>
    /// <exception cref="InvalidOperationException">The epoch has its samples already.</exception>
    public Task<RolloutSet> SampleLatentsAsync(Func<IDisposable>? policy, CancellationToken cancellationToken) =>
        SampleAsync(RolloutPlan.Of(Options.Sampling.NumInferenceSteps) with { KeepsSteps = false, Policy = policy }, cancellationToken);

    /// <summary>
    /// Samples and scores (a rank's share of) one of the epoch's batches, and adds the gradient of minus its mean reward to <see cref="IPolicyParameters.Gradients"/>: through the
    /// rewards, which have to be <see cref="IDifferentiableReward"/>, the decoder and the last denoising steps. Each batch once, in order.
    /// </summary>
    /// <param name="batch">The batch, from 0 to <see cref="SamplingOptions.NumBatchesPerEpoch"/> - 1.</param>
    /// <param name="options">How many steps the gradient goes through, and what else is in the loss.</param>
    /// <param name="scale">A factor of the loss.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <exception cref="RewardException">A reward failed.</exception>
    public Task<BatchReward> BackpropagateRewardAsync(int batch, DraftOptions options, double scale, CancellationToken cancellationToken) =>
        _rollouts.BackpropagateAsync(batch, options, scale, _kept, cancellationToken);

    /// <summary>Gets what every rank has, by rank: its own alone in a process by itself. All ranks call it, in the same order as what else they do together.</summary>
    /// <param name="own">What this rank has, of any length.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    /// <exception cref="CollectiveException">A rank failed, left or is missing.</exception>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> AllGatherAsync(ReadOnlyMemory<byte> own, CancellationToken cancellationToken) =>
        _run.Ranks.AllGatherAsync("the algorithm's own", own, cancellationToken);

    /// <summary>Runs an update on the pipeline's thread, inside a dispose scope, without gradients until they are turned on.</summary>
    public Task<T> UpdateAsync<T>(Func<T> update, CancellationToken cancellationToken) =>
        Tracing.RunAsync(DdpoActivities.Update, () => Diffusion.RunAsync(update, cancellationToken));

    /// <summary>Gets a seed for a draw that must be the same when the run is resumed: a function of the run's seed and these numbers.</summary>
    /// <param name="stream">What it is for, from 0 up; different numbers give independent seeds.</param>
    /// <param name="position">Where in the run, such as (epoch, sample).</param>
    public ulong SeedOf(int stream, params ReadOnlySpan<long> position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stream);
        return _run.SeedOf((SeedStream)(FirstOwnStream + stream), position);
    }

    /// <summary>Reports training steps that are done.</summary>
    public void Report(int step, int totalSteps) => _report.Trained(step, totalSteps);

    /// <summary>Makes the gradients those of all ranks, as an update does.</summary>
    internal void AverageGradients() => new GradientMean(_run.Ranks).Take(Parameters.Gradients);

    internal Task<RolloutSet> SampleAsync(RolloutPlan plan, CancellationToken cancellationToken) => _rollouts.Samples is null
        ? _rollouts.MakeAsync(plan, _kept, cancellationToken)
        : throw new InvalidOperationException("An epoch has one set of samples, which this epoch has already.");

    internal ulong SeedOf(SeedStream stream, params ReadOnlySpan<long> position) => _run.SeedOf(stream, position);

    // Below are those of the library.
    private const int FirstOwnStream = 1000;
}

/// <summary>What <see cref="EpochContext.BackpropagateRewardAsync"/> got for a batch.</summary>
/// <param name="Mean">Its mean reward: the weighted sum of all.</param>
/// <param name="ReferenceKl">Its mean divergence from the model before training; 0 where <see cref="DraftOptions.KlWeight"/> is.</param>
/// <param name="HasGradient">Whether the rewards ask for a change of any clip; a constant one has a gradient of 0 everywhere.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record BatchReward(double Mean, double ReferenceKl, bool HasGradient);
