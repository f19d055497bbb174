using System.Text.Json.Nodes;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Training.Algorithms.ForwardProcess;

/// <summary>
/// Training on the forward process: sample, reward, weigh, then noise the finished samples again and learn to predict that noise, by their weights. Needs no
/// log-probs, and no more than the clean latents of what was sampled.
/// </summary>
/// <param name="name">The algorithm's name.</param>
/// <param name="estimator">Makes weights, or advantages, of rewards; samples with 0 are left out.</param>
/// <param name="objective">The loss of a noised sample.</param>
/// <param name="options">What of each sample is trained on, and how often.</param>
/// <param name="decay">How the old policy follows; <see langword="null"/> without one.</param>
internal sealed class ForwardAlgorithm(
    string name, IAdvantageEstimator estimator, IForwardObjective objective, ForwardProcessOptions options, OldPolicyDecayOptions? decay)
    : ITrainingAlgorithm, IDisposable
{
    private SecondWeights? _old;
    private long _updates;

    public string Name => name;

    public int SamplesPerPrompt => options.SamplesPerPrompt;

    public bool SupportsRanks => true;

    public int UpdatesPerEpoch(DdpoOptions all) => options.UpdatesPerEpoch;

    public IReadOnlyDictionary<string, Tensor> Tensors =>
        _old is null ? new Dictionary<string, Tensor>() : new Dictionary<string, Tensor> { ["old_policy"] = _old.Values };

    /// <summary>Reward-weighted regression.</summary>
    public static ForwardAlgorithm Rwr(RwrOptions options) => new(
        "rwr",
        options.Weighting switch
        {
            RwrWeighting.BestOfPrompt => SparseWeights.BestOfPrompt(options.BestShare),
            RwrWeighting.Percentile => SparseWeights.Percentile(options.Percentile),
            _ => new SoftmaxWeights(options.Temperature, options.PerPromptWeights),
        },
        ForwardReferencePull.On(new WeightedRegression(), options.KlWeight),
        options,
        decay: null);

    /// <summary>Advantage-weighted matching.</summary>
    public static ForwardAlgorithm Awm(AwmOptions options) => WithOldPolicy("awm", new AdvantageWeightedMatching(options), options);

    /// <summary>DiffusionNFT.</summary>
    public static ForwardAlgorithm Nft(NftOptions options) => WithOldPolicy("nft", new NegativeAwareMatching(options), options);

    public void Prepare(IPolicyParameters parameters)
    {
        _old?.Dispose();
        _old = objective.NeedsOld ? new SecondWeights(parameters) : null;
    }

    public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
    {
        // ---- 1. Sample with the old policy, if there is one, and 2. reward -------------------------------------------------------
        var samples = await epoch.SampleLatentsAsync(_old is null ? null : _old.Use, cancellationToken).ConfigureAwait(false);

        // ---- 3. Weights, or advantages -------------------------------------------------------------------------------------------
        var weights = PolicyGradientAlgorithm.AdvantagesOf(estimator, samples);

        // ---- 4. Update -----------------------------------------------------------------------------------------------------------
        var result = await epoch.UpdateAsync(() => Update(epoch, samples, weights, cancellationToken), cancellationToken).ConfigureAwait(false);
        var trained = weights.Count(weight => weight != 0);
        if (trained == 0)
        {
            Log.NothingToTrain(epoch.Logger, epoch.Index);
        }

        return result with
        {
            Measurements = new Dictionary<string, double>([.. result.Measurements, .. estimator.Measurements])
            {
                [ForwardProcessMeasurements.TrainedShare] = (double)trained / weights.Length,
            },
        };
    }

    public JsonNode? SaveState() => decay is null ? null : JsonValue.Create(_updates);

    public void RestoreState(JsonNode? state) => _updates = state?.GetValue<long>() ?? 0;

    public void Dispose() => _old?.Dispose();

    private static ForwardAlgorithm WithOldPolicy(string name, IForwardObjective objective, OldPolicyOptions options) => new(
        name,
        new GroupAdvantages(options.AdvantageScale, filterZeroVariance: true),
        ForwardReferencePull.On(objective, options.KlWeight),
        options,
        options.OldPolicyDecay);

    private EpochResult Update(EpochContext epoch, RolloutSet samples, float[] weights, CancellationToken cancellationToken)
    {
        var (sampling, share) = (epoch.Options.Sampling, epoch.Share);
        var size = epoch.Options.Training.BatchSizeFor(sampling);
        int[] batches = [.. Enumerable.Range(0, samples.Count / size).Select(batch => batch * size).Where(first => weights.AsSpan(first, size).ContainsAnyExcept(0))];
        var atOnce = epoch.Options.Training.TimestepsPerPass; // divides the draws
        var (draws, total) = (options.DrawsPerSample, options.UpdatesPerEpoch * batches.Length * options.DrawsPerSample);
        var scale = (double)share.Size / (draws * Math.Max(1, weights.Count(weight => weight != 0))); // of all ranks' samples; an update takes the mean over the ranks
        var gradient = new DrawGradient(epoch.Diffusion, epoch.Parameters, objective, _old);
        using var noise = new AddedNoise(
            options, epoch.Diffusion.AlphasCumprod, epoch.Diffusion.Device, (stream, position) => epoch.SeedOf(stream, [epoch.Index, .. position]));
        using var metrics = new ForwardMetrics(objective.Measurements, epoch.Diffusion.Device);
        var (done, taken, isOld) = (0, 0, _old?.AreThoseThatLearn() ?? false);
        for (var update = 0; update < options.UpdatesPerEpoch && batches.Length > 0; update++)
        {
            foreach (var first in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var (rollout, start, count) = (samples.Batches[first / sampling.BatchSize], share.OwnStart(first % sampling.BatchSize), share.TrainingCount);
                var clean = rollout.Latents[rollout.Timesteps.Count].narrow(0, start, count);
                gradient.Accumulate(
                    [
                        .. Enumerable.Range(0, draws).Select(draw => noise.Draw(clean, rollout.Samples[start], update, draw)).Chunk(atOnce).Select(NoisedLatents.Concat),
                    ],
                    rollout.Prompts.Condition(start, count, guided: false, atOnce),
                    tensor(weights[rollout.Samples[start]..][..count], device: clean.device).repeat(atOnce),
                    isOld,
                    scale,
                    metrics,
                    () =>
                    {
                        epoch.Report(done += atOnce, total);
                        cancellationToken.ThrowIfCancellationRequested();
                    });
            }

            var norm = epoch.Optimizer.Update();
            metrics.AddUpdate(norm);
            (taken, isOld) = double.IsFinite(norm) ? (taken + 1, false) : (taken, isOld);
        }

        return FollowAfter(taken, metrics.Summarize(epoch.Ranks));
    }

    /// <summary>Lets the old policy follow after so many updates, and measures by how much.</summary>
    private EpochResult FollowAfter(int taken, EpochResult result)
    {
        if (_old is null || decay is null)
        {
            return result;
        }

        _updates += taken;
        var kept = decay.After(_updates);
        if (taken > 0)
        {
            _old.Follow(kept);
        }

        return result with
        {
            Measurements = new Dictionary<string, double>(result.Measurements) { [ForwardProcessMeasurements.OldPolicyDecay] = kept },
        };
    }
}
