using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Evaluation;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Asks every reward and metric, and lets nothing through that cannot be trained on.</summary>
/// <param name="functions">Rewards and metrics.</param>
/// <param name="failures">What to do about those that fail.</param>
/// <param name="logger">Told about every failure.</param>
/// <param name="classify">Whether to ask classifiers for decisions, too.</param>
internal sealed class RewardScorer(
    IReadOnlyList<IRewardFunction> functions, RewardFailureOptions failures, ILogger logger, bool classify = false)
{
    /// <summary>Scores one batch, away from the calling thread.</summary>
    /// <param name="clips">The batch's clips.</param>
    /// <param name="prompts">One for each clip.</param>
    /// <param name="sideBySide">Whether different rewards work at the same time, or one after the other.</param>
    /// <param name="stop">Cancels all of them; the first that fails cancels it for everyone else.</param>
    /// <returns>Completed when no reward is at work any more, whatever happened.</returns>
    /// <exception cref="RewardException">A reward failed, and samples are not to be dropped for it.</exception>
    public async Task<RewardScores> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, bool sideBySide, CancellationTokenSource stop)
    {
        var calls = new List<Task<Answer>>();
        foreach (var function in functions)
        {
            calls.Add(Tracing.RunAsync(
                DdpoActivities.Reward,
                () => ScoreAsync(function, clips, prompts, stop),
                (DdpoTags.RewardName, function.Name),
                (DdpoTags.Samples, clips.Count)));
            if (!sideBySide)
            {
                await calls[^1].ConfigureAwait(false);
            }
        }

        // All end before this does; a failure among them wins over the cancellations that it caused.
        var answers = functions.Select(function => function.Name).Zip(await Task.WhenAll(calls).ConfigureAwait(false)).ToList();
        return new RewardScores(
            answers.ToDictionary(answer => answer.First, answer => answer.Second.Values, StringComparer.Ordinal),
            answers.Where(answer => answer.Second.Hits is not null).ToDictionary(answer => answer.First, answer => answer.Second.Hits!, StringComparer.Ordinal));
    }

    private async Task<Answer> ScoreAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationTokenSource stop)
    {
        try
        {
            return await AskAsync(function, clips, prompts, stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (stop.IsCancellationRequested)
        {
            // Whatever a reward says after it was told to stop is not why training ends.
            throw new OperationCanceledException($"Reward '{function.Name}' was stopped.", exception, stop.Token);
        }
        catch (RewardException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A value for every clip, NaN for those to drop.</summary>
    private async Task<Answer> AskAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        var (scores, failure) = await TryAsync(function, clips, prompts, cancellationToken).ConfigureAwait(false);
        for (var retry = 0; failure is not null && retry < failures.Retries; retry++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.RewardAskedAgain(logger, function.Name, retry + 1, failures.Retries, failure);
            (scores, failure) = await TryAsync(function, clips, prompts, cancellationToken).ConfigureAwait(false);
        }

        if (failure is not null && failures.Action == RewardFailureAction.Fail)
        {
            throw failure;
        }

        if (scores is null)
        {
            Log.RewardAskedOneByOne(logger, function.Name, clips.Count, failure!);
            (scores, failure) = await AskOneByOneAsync(function, clips, prompts, cancellationToken).ConfigureAwait(false);
        }

        if (failure is not null)
        {
            Log.ValuesDropped(logger, function.Name, scores.Count(score => score.Problem is not null), clips.Count, failure);
        }

        return Answer.Of(scores, classify && function is IClassifierReward);
    }

    private async Task<(IReadOnlyList<ClipScore> Scores, RewardException? Failure)> AskOneByOneAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        var (scores, last) = (new ClipScore[clips.Count], default(RewardException));
        for (var i = 0; i < scores.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (one, failure) = await TryAsync(function, [clips[i]], [prompts[i]], cancellationToken).ConfigureAwait(false);
            (scores[i], last) = (one?[0] ?? ClipScore.Failed(failure!.Message), failure ?? last);
        }

        return (scores, last);
    }

    /// <summary>Asks once.</summary>
    /// <returns>A score or a problem of every clip, unless the call itself failed; and what was wrong.</returns>
    private async Task<(IReadOnlyList<ClipScore>? Scores, RewardException? Failure)> TryAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClipScore> scores;
        try
        {
            // In a task of its own: a reward that only calculates would hold up the sampling of the next batch.
            scores = await Task.Run(
                () => RewardCall.AskAsync(function, clips, prompts, classify, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (RewardException exception)
        {
            return (null, exception);
        }
#pragma warning disable CA1031 // Whatever it is, it gets the reward's name.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return (null, new RewardException($"Reward '{function.Name}' failed on {clips.Count} clips: {exception.Message}", exception));
        }

        var bad = scores.Index().FirstOrDefault(score => score.Item.Problem is not null);
        return bad.Item is null
            ? (scores, null)
            : (scores, new RewardException($"Reward '{function.Name}', sample {bad.Index} (prompt \"{prompts[bad.Index].Text}\"): {bad.Item.Problem}"));
    }

    /// <summary>What one reward said.</summary>
    private sealed record Answer(float[] Values, float[]? Hits)
    {
        public static Answer Of(IReadOnlyList<ClipScore> scores, bool decided) => new(
            [.. scores.Select(score => score.Value)],
            decided
                ? [.. scores.Select(score => score.Classification is { } decision ? decision.Predicted == decision.Target ? 1 : 0 : float.NaN)]
                : null);
    }
}
