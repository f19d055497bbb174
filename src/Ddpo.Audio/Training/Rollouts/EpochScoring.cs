using System.Diagnostics;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Scores the batches of an epoch one after the other, each while the next is being sampled.</summary>
/// <param name="scorer">Asks the rewards.</param>
/// <param name="overlap">Whether to score while sampling; else one thing is done at a time.</param>
/// <param name="report">Told about every scored batch, never while <see cref="MeanwhileAsync"/> runs.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class EpochScoring(RewardScorer scorer, bool overlap, EpochReporter report, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<RewardScores> _scores = [];
    private readonly Stopwatch _waiting = new();
    private Task<RewardScores>? _running;

    /// <summary>Time for which rewards, and nothing else, were at work.</summary>
    public TimeSpan Waited => _waiting.Elapsed;

    /// <summary>Makes the next batch while the last one is scored.</summary>
    /// <param name="work">Is cancelled by the caller, and by a reward that fails meanwhile.</param>
    /// <exception cref="RewardException">A reward failed and so ended the work.</exception>
    public async Task<T> MeanwhileAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        try
        {
            return await work(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested(); // the caller knows this token, not the linked one
            await FinishAsync().ConfigureAwait(false); // throws what stopped the work
            throw;
        }
    }

    /// <summary>Starts to score a batch, as soon as the batch before is done.</summary>
    public async Task AddAsync(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts)
    {
        await FinishAsync().ConfigureAwait(false);
        _running = scorer.ScoreAsync(clips, prompts, sideBySide: overlap, _stop);
        if (!overlap)
        {
            await FinishAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The scores of all batches, when the last is done; <see langword="null"/> when there was none.</summary>
    public async Task<RewardScores?> CompleteAsync()
    {
        await FinishAsync().ConfigureAwait(false);
        return _scores.Count == 0 ? null : RewardScores.Concat(_scores);
    }

    /// <summary>Stops the rewards, and waits until they have: none is at work when an epoch is over, however it ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is Task running)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private async Task FinishAsync()
    {
        if (_running is null)
        {
            return;
        }

        _waiting.Start();
        try
        {
            _scores.Add(await _running.ConfigureAwait(false));
            _running = null;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        finally
        {
            _waiting.Stop();
        }

        report.Rewarded(_scores.Count);
    }
}
