using Ddpo.Audio.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Rewards;

/// <summary>Asks every reward and metric, and lets nothing through that cannot be trained on.</summary>
/// <param name="functions">Rewards and metrics.</param>
/// <param name="failures">What to do about those that fail.</param>
/// <param name="logger">Told about every failure.</param>
internal sealed class RewardScorer(IReadOnlyList<IRewardFunction> functions, RewardFailureOptions failures, ILogger logger)
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
        var calls = new List<Task<float[]>>();
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
        var values = await Task.WhenAll(calls).ConfigureAwait(false);
        return new RewardScores(functions.Zip(values).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal));
    }

    private async Task<float[]> ScoreAsync(
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
    private async Task<float[]> AskAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(function, clips, prompts, cancellationToken).ConfigureAwait(false);
        for (var retry = 0; answer.Failure is not null && retry < failures.Retries; retry++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.RewardAskedAgain(logger, function.Name, retry + 1, failures.Retries, answer.Failure);
            answer = await TryAsync(function, clips, prompts, cancellationToken).ConfigureAwait(false);
        }

        if (answer.Failure is { } failure && failures.Action == RewardFailureAction.Fail)
        {
            throw failure;
        }

        if (answer is { Values: { } values, Failure: { } cause })
        {
            Log.ValuesDropped(logger, function.Name, values.Count(float.IsNaN), clips.Count, cause);
        }

        return answer.Values
            ?? await AskOneByOneAsync(function, clips, prompts, answer.Failure!, cancellationToken).ConfigureAwait(false);
    }

    private async Task<float[]> AskOneByOneAsync(
        IRewardFunction function,
        IReadOnlyList<AudioClip> clips,
        IReadOnlyList<Prompt> prompts,
        RewardException failure,
        CancellationToken cancellationToken)
    {
        Log.RewardAskedOneByOne(logger, function.Name, clips.Count, failure);
        var (values, last) = (new float[clips.Count], failure);
        for (var i = 0; i < values.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await TryAsync(function, [clips[i]], [prompts[i]], cancellationToken).ConfigureAwait(false);
            (values[i], last) = (answer.Values?[0] ?? float.NaN, answer.Failure ?? last);
        }

        if (values.Count(float.IsNaN) is > 0 and var dropped)
        {
            Log.ValuesDropped(logger, function.Name, dropped, clips.Count, last);
        }

        return values;
    }

    /// <summary>Asks once.</summary>
    /// <returns>The values, with NaN where they are not finite, unless the call itself failed; and what was wrong.</returns>
    private static async Task<(float[]? Values, RewardException? Failure)> TryAsync(
        IRewardFunction function, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        float[] values;
        try
        {
            // In a task of its own: a reward that only calculates would hold up the sampling of the next batch.
            values = [.. await Task.Run(() => function.ScoreAsync(clips, prompts, cancellationToken), cancellationToken).ConfigureAwait(false)];
        }
#pragma warning disable CA1031 // Whatever it is, it gets the reward's name.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return (null, new RewardException($"Reward '{function.Name}' failed on {clips.Count} clips: {exception.Message}", exception));
        }

        if (values.Length != clips.Count)
        {
            return (null, new RewardException(
                $"Reward '{function.Name}' returned {values.Length} values for {clips.Count} clips; expected one for each."));
        }

        var bad = Enumerable.Range(0, values.Length).Where(i => !float.IsFinite(values[i])).ToList();
        if (bad.Count == 0)
        {
            return (values, null);
        }

        var failure = new RewardException(
            $"Reward '{function.Name}' returned {values[bad[0]]} for sample {bad[0]} (prompt \"{prompts[bad[0]].Text}\"); expected a finite number.");
        bad.ForEach(i => values[i] = float.NaN);
        return (values, failure);
    }
}
