using System.Text.Json.Nodes;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>
/// Policy gradients on denoising diffusion (Black et al. 2023; ddpo-pytorch, <c>scripts/train.py</c>): each denoising step is an action. Sample,
/// reward, advantage, update.
/// </summary>
/// <param name="name">The algorithm's name.</param>
/// <param name="estimator">Makes advantages of rewards.</param>
/// <param name="objective">The loss of a denoising step.</param>
/// <param name="options">What of each sample is trained on, and how often.</param>
internal sealed class PolicyGradientAlgorithm(
    string name, IAdvantageEstimator estimator, IPolicyObjective objective, PolicyGradientOptions options) : ITrainingAlgorithm
{
    private bool _isChecked;

    public string Name => name;

    public int SamplesPerPrompt { get; private init; } = 1;

    public bool SupportsRanks => true;

    /// <summary>Whether training batches in which every advantage is 0 are passed over.</summary>
    private bool SkipsZeros { get; init; }

    /// <summary>DDPO, in either variant.</summary>
    public static PolicyGradientAlgorithm Ddpo(DdpoAlgorithmOptions options, IAdvantageEstimator? estimator, IPolicyObjective? objective)
    {
        var (name, own) = options.Variant == DdpoVariant.ScoreFunction
            ? ("ddpo_sf", (IPolicyObjective)new ScoreFunction(options.AdvantageClip))
            : ("ddpo", Clipped(options));
        return new(
            NameOf(name, estimator, objective),
            estimator ?? new PromptAdvantages(options.PerPromptStatTracking),
            ReferencePull.On(objective ?? own, options, onlyTrained: false),
            options);
    }

    /// <summary>GRPO.</summary>
    public static PolicyGradientAlgorithm Grpo(GrpoOptions options, IAdvantageEstimator? estimator, IPolicyObjective? objective) => new(
        NameOf("grpo", estimator, objective),
        estimator ?? new GroupAdvantages(options.AdvantageScale, options.FilterZeroVariance),
        ReferencePull.On(objective ?? Clipped(options), options, onlyTrained: options.FilterZeroVariance),
        options)
    {
        SamplesPerPrompt = options.SamplesPerPrompt,
        SkipsZeros = options.FilterZeroVariance,
    };

    public int UpdatesPerEpoch(DdpoOptions all) => options.NumInnerEpochs * all.Training.UpdatesPerPass(all.Sampling);

    public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
    {
        if (!_isChecked && !options.NormalizeRatio)
        {
            await epoch.Diffusion.RunAsync(() => WarnOfRulingStep(epoch), cancellationToken).ConfigureAwait(false);
        }

        // ---- 1. Sample, and 2. reward: each batch is scored while the next is sampled ------------------------------------------
        var steps = TrainedSteps.Of(options, epoch.Options.Sampling.NumInferenceSteps, epoch.Index, epoch.SeedOf(SeedStream.SdeWindow, epoch.Index));
        var samples = await epoch.SampleAsync(new RolloutPlan(steps.Noisy, options.NormalizeRatio), cancellationToken).ConfigureAwait(false);

        // ---- 3. Advantage ------------------------------------------------------------------------------------------------------
        var advantages = AdvantagesOf(estimator, samples);

        // ---- 4. Update ---------------------------------------------------------------------------------------------------------
        var result = await epoch.UpdateAsync(() => Update(epoch, samples, advantages, steps, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (result.Measurements[PolicyGradientMeasurements.OnPolicyRatioError] is var error && error > options.ClipRange / 10)
        {
            Log.RatioOffPolicy(epoch.Logger, epoch.Index, error, options.ClipRange);
        }

        if (!advantages.ContainsAnyExcept(0))
        {
            Log.NothingToTrain(epoch.Logger, epoch.Index);
        }

        return result with { Measurements = With(result.Measurements, estimator.Measurements) };
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

    /// <summary>Once a run: settings with which one step's gradient drowns those of the others.</summary>
    private bool WarnOfRulingStep(EpochContext epoch)
    {
        var (steps, diffusion) = (epoch.Scheduler.Timesteps.Count, epoch.Diffusion);
        var weights = StepWeights.Of(epoch.Scheduler, diffusion.LatentShape(epoch.Options.Sampling.Duration), diffusion.Device);
        if (StepWeights.Ruling(weights, TrainedSteps.OfAnyEpoch(options, steps)) is var (step, times))
        {
            Log.StepRules(epoch.Logger, step + 1, steps, times, steps - step);
        }

        return _isChecked = true;
    }

    // A run that was begun with own parts does not go on without them.
    private static string NameOf(string algorithm, IAdvantageEstimator? estimator, IPolicyObjective? objective) =>
        string.Join(" with ", new[] { algorithm, estimator?.GetType().Name, objective?.GetType().Name }.Where(part => part is not null));

    private static Dictionary<string, double> With(
        IEnumerable<KeyValuePair<string, double>> measurements, IEnumerable<KeyValuePair<string, double>> more) =>
        new([.. measurements, .. more], StringComparer.Ordinal);

    private static ClippedSurrogate Clipped(PolicyGradientOptions options) => new(options.ClipRange, options.AdvantageClip);

    private EpochResult Update(
        EpochContext epoch, RolloutSet samples, float[] advantages, TrainedSteps range, CancellationToken cancellationToken)
    {
        var (sampling, training, share) = (epoch.Options.Sampling, epoch.Options.Training, epoch.Share);
        var device = epoch.Diffusion.Device;
        var size = training.BatchSizeFor(sampling);
        var (first, trainable) = range.Trained;
        var steps = (int)(trainable * options.TimestepFraction);
        var atOnce = training.TimestepsPerPass; // divides the steps
        var accumulation = (long)training.GradientAccumulationSteps * steps / atOnce;
        var total = options.NumInnerEpochs * (samples.Count / size) * steps;
        var gradient = new StepGradient(epoch.Diffusion, epoch.Scheduler, epoch.Parameters, objective, sampling.GuidanceScale);
        using var metrics = new UpdateMetrics(objective.Measurements, device);
        var (batches, trained, isPredicted) = (0, 0, false);
        IEnumerable<KeyValuePair<string, double>> measured = [];
        for (var inner = 0; inner < options.NumInnerEpochs; inner++)
        {
            // Whole training batches are shuffled, not samples: see RolloutSlice.
            foreach (var batch in Seeds.Permutation(samples.Count / size, epoch.SeedOf(SeedStream.BatchOrder, epoch.Index, inner)))
            {
                using var scope = NewDisposeScope();
                cancellationToken.ThrowIfCancellationRequested();
                var start = (int)batch * size;
                if (IsPassedOver(advantages.AsSpan(start, size)))
                {
                    epoch.Report(trained += steps, total);
                }
                else
                {
                    var rollout = samples.Batches[start / sampling.BatchSize];
                    var row = share.OwnStart(start % sampling.BatchSize);
                    int[] own = [.. rollout.Samples.Skip(row).Take(share.TrainingCount)];
                    RolloutSlice Slice(int timesteps) => new(
                        rollout,
                        row,
                        tensor(own.Select(sample => advantages[sample]).ToArray(), device: device),
                        sampling.IsGuided && options.ClassifierFreeGuidance,
                        timesteps);
                    if (options.MeasureStepGradients && !measured.Any())
                    {
                        measured = StepNorms.Of(Slice(1), range.Noisy, gradient, objective.Measurements, epoch, cancellationToken);
                    }

                    var slice = Slice(atOnce);

                    // Each sample's own order of its timesteps: int64 [trainable, samples], a row for each timestep.
                    var columns = stack(
                        [
                            .. own.Select(sample => tensor(
                                Seeds.Permutation(trainable, epoch.SeedOf(SeedStream.TimestepOrder, epoch.Index, inner, sample)))),
                        ],
                        1).Add((long)first).to(device);
                    for (var j = 0; j < steps; j += atOnce)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        using var pass = NewDisposeScope();
                        gradient.Accumulate(slice, columns.narrow(0, j, atOnce), accumulation, metrics);
                        epoch.Report(trained += atOnce, total);
                    }

                    isPredicted = true;
                }

                // Without any gradient there is no update: AdamW would go on by its momentum, and decay the weights.
                if (++batches % training.GradientAccumulationSteps == 0 && isPredicted)
                {
                    metrics.AddUpdate(epoch.Optimizer.Update());
                    isPredicted = false;
                }
            }
        }

        var result = metrics.Summarize(epoch.Ranks);
        return result with { Measurements = With(result.Measurements, measured) };
    }

    /// <summary>
    /// Whether a training batch has nothing to learn from. Its gradient would be 0, and an update divides by all its batches, so that others count as much
    /// as they would beside it; only its time is saved.
    /// </summary>
    private bool IsPassedOver(ReadOnlySpan<float> advantages) => SkipsZeros && !advantages.ContainsAnyExcept(0);
}
