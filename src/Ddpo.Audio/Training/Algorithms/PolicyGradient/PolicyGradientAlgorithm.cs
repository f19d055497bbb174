using System.Text.Json.Nodes;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// Denoising diffusion policy optimisation (Black et al. 2023; ddpo-pytorch, <c>scripts/train.py</c>): each denoising step is an action. Sample,
/// reward, advantage, update.
/// </summary>
/// <param name="name">The algorithm's name.</param>
/// <param name="estimator">Makes advantages of rewards.</param>
/// <param name="objective">The loss of a denoising step.</param>
/// <param name="options">What of each sample is trained on, and how often.</param>
internal sealed class PolicyGradientAlgorithm(
    string name, IAdvantageEstimator estimator, IPolicyObjective objective, DdpoAlgorithmOptions options) : ITrainingAlgorithm
{
    public string Name => name;

    /// <summary>DDPO, the importance-sampling variant.</summary>
    public static PolicyGradientAlgorithm Ddpo(DdpoAlgorithmOptions options, IAdvantageEstimator? estimator, IPolicyObjective? objective) => new(
        string.Join(" with ", new object?[] { "ddpo", estimator?.GetType().Name, objective?.GetType().Name }.Where(part => part is not null)),
        estimator ?? new PromptAdvantages(options.PerPromptStatTracking),
        objective ?? new ClippedSurrogate(options.ClipRange, options.AdvantageClip),
        options);

    public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
    {
        // ---- 1. Sample, and 2. reward: each batch is scored while the next is sampled ------------------------------------------
        var samples = await epoch.SampleAsync(cancellationToken).ConfigureAwait(false);

        // ---- 3. Advantage ------------------------------------------------------------------------------------------------------
        var advantages = AdvantagesOf(estimator, samples);

        // ---- 4. Update ---------------------------------------------------------------------------------------------------------
        var result = await epoch.UpdateAsync(() => Update(epoch, samples, advantages, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (result.Measurements[PolicyGradientMeasurements.OnPolicyRatioError] is var error && error > options.ClipRange / 10)
        {
            Log.RatioOffPolicy(epoch.Logger, epoch.Index, error, options.ClipRange);
        }

        return result;
    }

    public JsonNode? SaveState() => estimator.SaveState();

    public void RestoreState(JsonNode? state) => estimator.RestoreState(state);

    /// <summary>Samples without a reward (NaN) get 0, which moves nothing, and take no part in statistics.</summary>
    public static float[] AdvantagesOf(IAdvantageEstimator estimator, RolloutSet samples)
    {
        int[] kept = [.. Enumerable.Range(0, samples.Count).Where(i => float.IsFinite(samples.Rewards[i]))];
        var estimated = estimator.Estimate([.. kept.Select(i => samples.Rewards[i])], [.. kept.Select(i => samples.Prompts[i])]);
        var advantages = new float[samples.Count];
        foreach (var (i, advantage) in kept.Zip(estimated))
        {
            advantages[i] = advantage;
        }

        return advantages;
    }

    private EpochResult Update(EpochContext epoch, RolloutSet samples, float[] advantages, CancellationToken cancellationToken)
    {
        var (sampling, training) = (epoch.Options.Sampling, epoch.Options.Training);
        var device = epoch.Diffusion.Device;
        var size = training.BatchSizeFor(sampling);
        var trainable = sampling.NumInferenceSteps - options.SkipLastTimesteps;
        var steps = (int)(trainable * options.TimestepFraction);
        var accumulation = (long)training.GradientAccumulationSteps * steps;
        var total = options.NumInnerEpochs * (samples.Count / size) * steps;
        var gradient = new StepGradient(epoch.Diffusion, epoch.Scheduler, objective, sampling.GuidanceScale);
        using var metrics = new UpdateMetrics(objective.Measurements, device);
        var (batches, trained) = (0, 0);
        for (var inner = 0; inner < options.NumInnerEpochs; inner++)
        {
            // Whole training batches are shuffled, not samples: see RolloutSlice.
            foreach (var batch in Seeds.Permutation(samples.Count / size, epoch.SeedOf(SeedStream.BatchOrder, epoch.Index, inner)))
            {
                using var scope = NewDisposeScope();
                var first = (int)batch * size;
                var slice = new RolloutSlice(
                    samples.Batches[first / sampling.BatchSize],
                    first % sampling.BatchSize,
                    tensor(advantages[first..][..size], device: device),
                    sampling.IsGuided && options.ClassifierFreeGuidance);

                // Each sample's own order of its timesteps: int64 [trainable, size], a row for each training step.
                var columns = stack(
                    [
                        .. Enumerable.Range(first, size).Select(sample => tensor(
                            Seeds.Permutation(trainable, epoch.SeedOf(SeedStream.TimestepOrder, epoch.Index, inner, sample)))),
                    ],
                    1).to(device);
                for (var j = 0; j < steps; j++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var step = NewDisposeScope();
                    gradient.Accumulate(slice, columns[j], accumulation, metrics);
                    epoch.Report(++trained, total);
                }

                if (++batches % training.GradientAccumulationSteps == 0)
                {
                    metrics.AddUpdate(epoch.Optimizer.Update());
                }
            }
        }

        return metrics.Summarize();
    }
}
