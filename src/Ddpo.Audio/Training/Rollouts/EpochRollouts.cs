using System.Diagnostics;
using System.Globalization;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Makes and scores the samples of one epoch: prompts, rollouts, clips, scores; of each batch this rank's share. Owner of the rollouts.</summary>
internal sealed class EpochRollouts(
    RunSetup run, RolloutSampler sampler, DirectRollouts direct, RewardScorer scorer, RewardSum rewardSum, int epoch, EpochReporter report)
{
    private readonly List<Rollout> _batches = [];
    private RewardScores? _scores;
    private IReadOnlyList<EpochBatch>? _plan;

    /// <summary>What running normalisations have seen, these samples included; those of the epoch before are as they were.</summary>
    public RewardSum RewardSum { get; } = rewardSum.Copy();

    /// <summary>The samples; <see langword="null"/> before they are there.</summary>
    public RolloutSet? Samples { get; private set; }

    /// <summary>How long sampling took, and how long rewards did while nothing was sampled.</summary>
    public (double Sampling, double Reward) Seconds { get; private set; }

    /// <summary>Makes and scores the samples.</summary>
    /// <param name="plan">How the algorithm wants them.</param>
    /// <param name="kept">Takes the clips; <see langword="null"/> when they are not kept.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <exception cref="RewardException">A reward failed, or too many samples were dropped.</exception>
    public async Task<RolloutSet> MakeAsync(RolloutPlan plan, SampleFolder? kept, CancellationToken cancellationToken)
    {
        var (sampling, clock) = (run.Options.Sampling, Stopwatch.StartNew());
        var isGathered = run.KeepsSamples(epoch) || sampling.ScoreOnRankZero;
        var scoring = new EpochScoring(scorer, sampling.OverlapRewards, report, cancellationToken);
        await using var ending = scoring.ConfigureAwait(false);
        foreach (var batch in PlanOf())
        {
            var (rollout, clips) = await scoring.MeanwhileAsync(stop => Tracing.RunAsync(
                DdpoActivities.Sample,
                () => run.Diffusion.RunAsync(
                    () =>
                    {
                        using var other = plan.Policy?.Invoke(); // for this work alone: between batches the model may be saved
                        return sampler.Sample(batch.Own, batch.Seeds, plan, step => report.Sampled(batch.Index, step), stop);
                    },
                    stop),
                (DdpoTags.Samples, batch.Samples.Count))).ConfigureAwait(false);
            rollout.Samples = batch.Samples;
            _batches.Add(rollout);
            var all = isGathered ? await scoring.MeanwhileAsync(stop => ClipBytes.ToFirstAsync(run.Ranks, run.Share, clips, stop)).ConfigureAwait(false) : [];
            var (scored, theirs) = sampling.ScoreOnRankZero ? (all, batch.All) : (clips, batch.Own);
            if (scored.Count > 0)
            {
                await scoring.AddAsync(scored, theirs).ConfigureAwait(false); // while the next batch is sampled
            }

            kept?.Add(all);
        }

        _scores = await GatherAsync(await scoring.CompleteAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        Prompt[] prompts = [.. PlanOf().SelectMany(batch => batch.All)];
        kept?.Complete(prompts.Select((prompt, i) => (prompt, _scores.OfSample(i))));
        var rewards = RewardSum.Over(_scores);
        ThrowIfTooFew(rewards.Count(float.IsFinite), prompts.Length);
        Seconds = (clock.Elapsed.TotalSeconds - scoring.Waited.TotalSeconds, scoring.Waited.TotalSeconds);
        return Samples = new RolloutSet(_batches, prompts, rewards);
    }

    /// <summary>Makes and scores one batch with its gradient; see <see cref="DirectRollouts"/>. With the last, the samples are there.</summary>
    public async Task<BatchReward> BackpropagateAsync(
        int batch, DraftOptions draft, double scale, SampleFolder? kept, CancellationToken cancellationToken)
    {
        var reward = await direct.BackpropagateAsync(PlanOf()[batch], draft, scale, kept, cancellationToken).ConfigureAwait(false);
        if (batch + 1 == run.Options.Sampling.NumBatchesPerEpoch)
        {
            (_scores, var rewards, var sampling, var rewarding) = await direct.CompleteAsync(cancellationToken).ConfigureAwait(false);
            Prompt[] prompts = [.. PlanOf().SelectMany(one => one.All)];
            kept?.Complete(prompts.Select((prompt, i) => (prompt, _scores.OfSample(i))));
            Seconds = (sampling, rewarding);
            Samples = new RolloutSet([], prompts, rewards);
        }

        return reward;
    }

    /// <summary>Summaries of what some rewards or metrics gave, by name.</summary>
    public IReadOnlyDictionary<string, RewardStatistics> Summarize(IEnumerable<IRewardFunction> functions) => _scores!.Summarize(functions);

    /// <summary>Frees the tensors; on the pipeline's thread, or when it is gone.</summary>
    public void Free() => _batches.ForEach(batch => batch.Dispose());

    private IReadOnlyList<EpochBatch> PlanOf() => _plan ??= EpochBatch.Draw(run, epoch);

    /// <summary>The scores of all samples, from all ranks, or from the first.</summary>
    private async Task<RewardScores> GatherAsync(RewardScores? own, CancellationToken cancellationToken) => run.Options.Sampling.ScoreOnRankZero
        ? await ScoreGather.FromFirstAsync(run.Ranks, own, cancellationToken).ConfigureAwait(false)
        : await ScoreGather.AllAsync(run.Ranks, run.Share, own!, cancellationToken).ConfigureAwait(false);

    private void ThrowIfTooFew(int usable, int all)
    {
        if (usable == 0 || all - usable > run.Options.RewardFailures.MaxDroppedFraction * all)
        {
            throw new RewardException(string.Create(
                CultureInfo.InvariantCulture,
                $"Rewards failed on {all - usable} of the {all} samples of an epoch; expected at most a share of "
                + $"{run.Options.RewardFailures.MaxDroppedFraction} (MaxDroppedFraction), and one sample to train on. The log says why they failed."));
        }
    }
}
