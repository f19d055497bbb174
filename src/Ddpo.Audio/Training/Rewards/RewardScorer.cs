namespace Ddpo.Audio.Training.Rewards;

/// <summary>Asks every reward and metric, and lets nothing through that cannot be trained on.</summary>
internal sealed class RewardScorer(IReadOnlyList<IRewardFunction> functions)
{
    /// <summary>Scores one batch, away from the calling thread.</summary>
    /// <param name="clips">The batch's clips.</param>
    /// <param name="prompts">One for each clip.</param>
    /// <param name="sideBySide">Whether different rewards work at the same time, or one after the other.</param>
    /// <param name="stop">Cancels all of them; the first that fails cancels it for everyone else.</param>
    /// <returns>Completed when no reward is at work any more, whatever happened.</returns>
    /// <exception cref="RewardException">A reward threw, or returned the wrong count or a value that is not finite.</exception>
    public async Task<RewardScores> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, bool sideBySide, CancellationTokenSource stop)
    {
        var calls = new List<Task<float[]>>();
        foreach (var function in functions)
        {
            calls.Add(ScoreAsync(function, clips, prompts, stop));
            if (!sideBySide)
            {
                await calls[^1].ConfigureAwait(false);
            }
        }

        // All end before this does; a failure among them wins over the cancellations that it caused.
        var values = await Task.WhenAll(calls).ConfigureAwait(false);
        return new RewardScores(functions.Zip(values).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal));
    }

    private static async Task<float[]> ScoreAsync(
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

    private static async Task<float[]> AskAsync(
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
            throw new RewardException($"Reward '{function.Name}' failed on {clips.Count} clips: {exception.Message}", exception);
        }

        if (values.Length != clips.Count)
        {
            throw new RewardException(
                $"Reward '{function.Name}' returned {values.Length} values for {clips.Count} clips; expected one for each.");
        }

        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? values
            : throw new RewardException(
                $"Reward '{function.Name}' returned {values[bad]} for sample {bad} (prompt \"{prompts[bad].Text}\"); expected a finite number.");
    }
}
