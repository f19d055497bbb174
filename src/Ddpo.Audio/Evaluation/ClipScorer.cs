namespace Ddpo.Audio.Evaluation;

/// <summary>Asks a reward about a batch, and about each clip alone when the batch fails, so that one clip fails no other.</summary>
internal sealed class ClipScorer(IRewardFunction reward)
{
    /// <summary>One result for each clip, in the same order. Clips that could not be read fail with their own reason.</summary>
    public async Task<IReadOnlyList<ClipScore>> ScoreAsync(IReadOnlyList<LoadedClip> batch, CancellationToken cancellationToken)
    {
        var readable = batch.Where(loaded => loaded.Clip is not null).ToArray();
        var scores = readable.Length == 0
            ? []
            : await ScoreAsync(
                [.. readable.Select(loaded => loaded.Clip!)],
                [.. readable.Select(loaded => loaded.Sample.Prompt)],
                cancellationToken).ConfigureAwait(false);
        var next = 0;
        return [.. batch.Select(loaded => loaded.Problem is { } problem ? ClipScore.Failed(problem) : scores[next++])];
    }

    private async Task<IReadOnlyList<ClipScore>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await RewardCall.AskAsync(reward, clips, prompts, classify: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (clips.Count == 1)
            {
                return [ClipScore.Failed(exception.Message)];
            }
        }

        var scores = new ClipScore[clips.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = (await ScoreAsync([clips[i]], [prompts[i]], cancellationToken).ConfigureAwait(false))[0];
        }

        return scores;
    }
}
