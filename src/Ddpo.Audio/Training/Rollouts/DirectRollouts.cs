using System.Diagnostics;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Makes the samples of an epoch batch by batch, and leads the gradient of what they get back to what made them.</summary>
/// <param name="run">The run's.</param>
/// <param name="scheduler">What steps are drawn from.</param>
/// <param name="parameters">What learns.</param>
/// <param name="metrics">Asks the metrics.</param>
/// <param name="epoch">The epoch, from 0.</param>
/// <param name="report">Told of steps.</param>
internal sealed class DirectRollouts(
    RunSetup run, IStochasticScheduler scheduler, IPolicyParameters parameters, RewardScorer? metrics, int epoch, EpochReporter report)
{
    private readonly DirectSampler _sampler = new(run.Diffusion, scheduler, run.Options.Sampling);
    private readonly List<RewardScores> _scores = [];
    private double _sampling;
    private double _rewarding;

    /// <summary>Samples and scores this rank's share of a batch, and adds the gradient of its loss, scaled, to that of the parameters.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="draft">How the gradient goes.</param>
    /// <param name="scale">A factor of the loss.</param>
    /// <param name="kept">Takes the clips; <see langword="null"/> when they are not kept.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <exception cref="RewardException">A reward failed.</exception>
    public async Task<BatchReward> BackpropagateAsync(
        EpochBatch batch, DraftOptions draft, double scale, SampleFolder? kept, CancellationToken cancellationToken)
    {
        var (clock, sampling, prompts) = (Stopwatch.StartNew(), run.Options.Sampling, batch.Own);
        var sample = await Tracing.RunAsync(
            DdpoActivities.Sample,
            () => run.Diffusion.RunAsync(
                () => _sampler.Sample(prompts, batch.Seeds, draft, step => report.Sampled(batch.Index, step), cancellationToken), cancellationToken),
            (DdpoTags.Samples, prompts.Count)).ConfigureAwait(false);
        _sampling += clock.Elapsed.TotalSeconds;
        try
        {
            var gradient = new DirectGradient(_sampler, parameters, sampling.IsGuided, draft);
            var (clips, scores, divergence, hasGradient) = (new List<AudioClip>(), new List<RewardScores>(), 0.0, false);
            foreach (var trajectory in sample.Trajectories)
            {
                foreach (var rows in Enumerable.Range(0, prompts.Count).Chunk(draft.MicroBatchOf(prompts.Count)))
                {
                    var part = new Part(gradient, sample.Prompts, trajectory, rows[0], [.. rows.Select(row => prompts[row])]);
                    var (made, scored, moved, isLed) = await BackpropagateAsync(
                        part, scale / prompts.Count / sample.Trajectories.Count, cancellationToken).ConfigureAwait(false);
                    divergence += moved / sample.Trajectories.Count;
                    hasGradient |= isLed;
                    if (trajectory == sample.Trajectories[0])
                    {
                        clips.AddRange(made);
                        scores.Add(scored);
                    }
                }
            }

            clock.Restart();
            var all = RewardScores.Concat(scores);
            _scores.Add(await MeasureAsync(all, clips, prompts, cancellationToken).ConfigureAwait(false));
            _rewarding += clock.Elapsed.TotalSeconds;
            if (run.KeepsSamples(epoch))
            {
                var everyones = await ClipBytes.ToFirstAsync(run.Ranks, run.Share, clips, cancellationToken).ConfigureAwait(false);
                kept?.Add(everyones);
            }

            report.Rewarded(batch.Index + 1);
            return await MeanAsync(new BatchReward(RewardsOf(all).Average(), divergence / prompts.Count, hasGradient), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await FreeAsync(sample).ConfigureAwait(false);
        }
    }

    /// <summary>The scores of all batches, each sample's reward, and how long it took to get them.</summary>
    public async Task<(RewardScores Scores, float[] Rewards, double Sampling, double Rewarding)> CompleteAsync(CancellationToken cancellationToken)
    {
        var scores = await ScoreGather.AllAsync(run.Ranks, run.Share, RewardScores.Concat(_scores), cancellationToken).ConfigureAwait(false);
        return (scores, RewardsOf(scores), _sampling, _rewarding);
    }

    /// <summary>What a batch got on all ranks, whose shares are of one size.</summary>
    private async Task<BatchReward> MeanAsync(BatchReward own, CancellationToken cancellationToken)
    {
        var all = await run.Ranks.AllGatherAsync("batch reward", own, cancellationToken).ConfigureAwait(false);
        return new BatchReward(all.Average(one => one.Mean), all.Average(one => one.ReferenceKl), all.Any(one => one.HasGradient));
    }

    /// <summary>Decodes and scores some samples, and leads the gradient back.</summary>
    private async Task<(IReadOnlyList<AudioClip> Clips, RewardScores Scores, double Divergence, bool HasGradient)> BackpropagateAsync(
        Part part, double factor, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (decoded, clips) = await run.Diffusion.RunAsync(
            () =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var waveforms = part.Gradient.Decode(part.Trajectory, part.Start, part.Prompts.Count);
                return (waveforms, Waveforms.ToClips(waveforms.Waveforms, run.Pipeline.SampleRate));
            },
            cancellationToken).ConfigureAwait(false);
        try
        {
            _sampling += clock.Elapsed.TotalSeconds;
            clock.Restart();
            var slopes = new float[clips.Count * clips[0].Samples.Length];
            var scores = await ScoreAsync(clips, part.Prompts, slopes, cancellationToken).ConfigureAwait(false);
            _rewarding += clock.Elapsed.TotalSeconds;
            var divergence = await Tracing.RunAsync(DdpoActivities.Update, () => run.Diffusion.RunAsync(
                () => part.Gradient.Backpropagate(
                    part.Encoded, part.Trajectory, part.Start, decoded.Backpropagate(slopes, -factor), factor, cancellationToken),
                cancellationToken)).ConfigureAwait(false);
            return (clips, scores, divergence, slopes.AsSpan().ContainsAnyExcept(0));
        }
        finally
        {
            await FreeAsync(decoded).ConfigureAwait(false);
        }
    }

    private async Task FreeAsync(IDisposable tensors) => await run.Diffusion.RunAsync(() =>
    {
        tensors.Dispose();
        return true;
    }).ConfigureAwait(false);

    private float[] RewardsOf(RewardScores scores) =>
        [.. Enumerable.Range(0, scores.Count).Select(i => (float)run.Rewards.Sum(reward => reward.Weight * scores[reward.Function.Name][i]))];

    /// <summary>Asks every reward for scores and gradients, which are weighted and added up.</summary>
    private async Task<RewardScores> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, float[] gradients, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (function, weight, _) in run.Rewards)
        {
            var scored = await Tracing.RunAsync(
                DdpoActivities.Reward,
                () => AskAsync((IDifferentiableReward)function, clips, prompts, cancellationToken),
                (DdpoTags.RewardName, function.Name),
                (DdpoTags.Samples, clips.Count)).ConfigureAwait(false);
            values[function.Name] = [.. scored.Select(one => one.Score)];
            for (var clip = 0; clip < clips.Count; clip++)
            {
                var from = scored[clip].Gradient.Span;
                var to = gradients.AsSpan(clip * from.Length);
                for (var i = 0; i < from.Length; i++)
                {
                    to[i] += (float)(weight * from[i]);
                }
            }
        }

        return new RewardScores(values, new Dictionary<string, float[]>());
    }

    /// <summary>Asks every metric, and adds what they say.</summary>
    private async Task<RewardScores> MeasureAsync(
        RewardScores scores, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        if (metrics is null)
        {
            return scores;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var measured = await metrics.ScoreAsync(clips, prompts, sideBySide: false, stop).ConfigureAwait(false);
        return new RewardScores(new Dictionary<string, float[]>([.. scores.Values, .. measured.Values], StringComparer.Ordinal), measured.Hits);
    }

    private static async Task<IReadOnlyList<ScoreGradient>> AskAsync(
        IDifferentiableReward reward, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScoreGradient> scored;
        try
        {
            scored = await Task.Run(() => reward.ScoreWithGradientAsync(clips, prompts, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever it is, it gets the reward's name.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new RewardException($"Reward '{reward.Name}' failed on {clips.Count} clips: {exception.Message}", exception);
        }

        if (scored.Count != clips.Count)
        {
            throw new RewardException($"Reward '{reward.Name}' returned {scored.Count} values for {clips.Count} clips; expected one for each.");
        }

        for (var i = 0; i < clips.Count; i++)
        {
            if (!float.IsFinite(scored[i].Score) || scored[i].Gradient.Length != clips[i].Samples.Length || !AllFinite(scored[i].Gradient.Span))
            {
                throw new RewardException(
                    $"Reward '{reward.Name}', sample {i} (prompt \"{prompts[i].Text}\"): it returned {scored[i].Score} and a gradient of {scored[i].Gradient.Length} "
                    + $"values; expected a finite score and {clips[i].Samples.Length} finite values.");
            }
        }

        return scored;
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Neighbouring samples of a batch.</summary>
    private sealed record Part(DirectGradient Gradient, IEncodedPrompts Encoded, DirectTrajectory Trajectory, int Start, IReadOnlyList<Prompt> Prompts);
}
