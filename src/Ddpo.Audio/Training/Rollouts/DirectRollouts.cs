using System.Diagnostics;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Makes the samples of an epoch batch by batch, and leads the gradient of what they get back to what made them.</summary>
/// <param name="run">The run's.</param>
/// <param name="sampler">Makes waveforms.</param>
/// <param name="metrics">Asks the metrics.</param>
/// <param name="epoch">The epoch, from 0.</param>
/// <param name="report">Told of steps.</param>
internal sealed class DirectRollouts(RunSetup run, DirectSampler sampler, RewardScorer? metrics, int epoch, EpochReporter report)
{
    private readonly List<RewardScores> _scores = [];
    private double _sampling;
    private double _rewarding;

    /// <summary>Samples and scores a batch, and adds the gradient of minus its mean reward, scaled, to that of the parameters.</summary>
    /// <param name="prompts">The batch's.</param>
    /// <param name="batch">The batch, from 0.</param>
    /// <param name="gradientSteps">The last denoising steps, through which the gradient goes.</param>
    /// <param name="scale">A factor of the loss.</param>
    /// <param name="kept">Takes the clips; <see langword="null"/> when they are not kept.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <returns>The mean of the weighted sum of the rewards.</returns>
    /// <exception cref="RewardException">A reward failed.</exception>
    public async Task<double> BackpropagateAsync(
        IReadOnlyList<Prompt> prompts, int batch, int gradientSteps, double scale, SampleFolder? kept, CancellationToken cancellationToken)
    {
        var (clock, size) = (Stopwatch.StartNew(), run.Options.Sampling.BatchSize);
        var seeds = Enumerable.Range(batch * size, prompts.Count).Select(sample => run.NoiseSeed(epoch, sample));
        var (waveforms, clips) = await Tracing.RunAsync(
            DdpoActivities.Sample,
            () => run.Diffusion.RunAsync(
                () =>
                {
                    var made = sampler.Sample(prompts, seeds, gradientSteps, step => report.Sampled(batch, step), cancellationToken);
                    return (made, Waveforms.ToClips(made, run.Pipeline.SampleRate));
                },
                cancellationToken),
            (DdpoTags.Samples, prompts.Count)).ConfigureAwait(false);
        try
        {
            _sampling += clock.Elapsed.TotalSeconds;
            clock.Restart();
            var gradients = new float[prompts.Count * clips[0].Samples.Length];
            _scores.Add(await ScoreAsync(clips, prompts, gradients, cancellationToken).ConfigureAwait(false));
            _rewarding += clock.Elapsed.TotalSeconds;
            kept?.Add(clips);
            report.Rewarded(batch + 1);
            await Tracing.RunAsync(DdpoActivities.Update, () => run.Diffusion.RunAsync(
                () => Backpropagate(waveforms, gradients, -scale / prompts.Count), cancellationToken)).ConfigureAwait(false);
            return RewardsOf(_scores[^1]).Average();
        }
        finally
        {
            await run.Diffusion.RunAsync(() =>
            {
                waveforms.Dispose();
                return true;
            }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The scores of all batches, each sample's reward, and how long it took to get them.</summary>
    public (RewardScores Scores, float[] Rewards, double Sampling, double Rewarding) Complete()
    {
        var scores = RewardScores.Concat(_scores);
        return (scores, RewardsOf(scores), _sampling, _rewarding);
    }

    private static bool Backpropagate(Tensor waveforms, float[] gradients, double factor)
    {
        using var graph = enable_grad();
        using var gradient = tensor(gradients).view(waveforms.shape).to(waveforms.device);
        (waveforms * gradient).sum().Multiply(factor).backward();
        return true;
    }

    private float[] RewardsOf(RewardScores scores) =>
        [.. Enumerable.Range(0, scores.Count).Select(i => (float)run.Rewards.Sum(reward => reward.Weight * scores[reward.Function.Name][i]))];

    /// <summary>Asks every reward for scores and gradients, which are weighted and added up, and every metric.</summary>
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

        if (metrics is not null)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var measured = await metrics.ScoreAsync(clips, prompts, sideBySide: false, stop).ConfigureAwait(false);
            foreach (var (name, scores) in measured.Values)
            {
                values[name] = scores;
            }
        }

        return new RewardScores(values, new Dictionary<string, float[]>());
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
}
