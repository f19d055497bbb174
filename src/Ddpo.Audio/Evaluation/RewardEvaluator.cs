using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio;

/// <summary>Scores WAVs with any set of rewards.</summary>
/// <remarks>
/// <para>Files are read and decoded beside the scoring, and the rewards score a batch side by side; only a few batches are in memory.
/// A clip that cannot be read or scored is reported with its reason, and the others go on: when a reward fails on a batch, it is
/// asked about each clip alone.</para>
/// <para>Thread-safety: one evaluation at a time, because a reward is never asked twice at the same time.</para>
/// <para>Ownership: whoever creates a reward disposes it; an evaluator never does.</para>
/// </remarks>
public sealed class RewardEvaluator
{
    private readonly IReadOnlyList<IRewardFunction> _rewards;
    private readonly ICollective _collective;
    private readonly int _batchSize;
    private readonly int _readAhead;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="rewards">At least one. Their names must differ, also without an ending <c>_score</c>: result files are named so.</param>
    /// <param name="options">Settings; the defaults when null.</param>
    /// <param name="collective">The processes that share out the clips, by whole batches, and each get all results; this one alone when null. All of them
    /// evaluate the same set, which lies where each can read it.</param>
    /// <exception cref="ArgumentException">There is no reward, two have one name, or an option is out of range.</exception>
    public RewardEvaluator(IEnumerable<IRewardFunction> rewards, EvaluationOptions? options = null, ICollective? collective = null)
    {
        _collective = collective ?? Collective.Alone;
        ArgumentNullException.ThrowIfNull(rewards);
        _rewards = [.. rewards];
        options ??= new EvaluationOptions();
        options.Validate();
        (_batchSize, _readAhead) = (options.BatchSize, options.ReadAhead);
        if (_rewards.Count == 0)
        {
            throw new ArgumentException("Expected at least one reward to evaluate with, found none.", nameof(rewards));
        }

        if (_rewards.GroupBy(reward => ReportTables.BaseName(reward.Name), StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new ArgumentException(
                $"Expected rewards whose results go to different files, found {string.Join(" and ", same.Select(reward => $"'{reward.Name}'"))}: give them other names.",
                nameof(rewards));
        }
    }

    /// <summary>Scores every clip of a set.</summary>
    /// <param name="set">The clips and their prompts.</param>
    /// <param name="progress">Told after every batch of this process.</param>
    /// <param name="cancellationToken">Stops the work; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results in the set's order, also when no clip could be scored. They do not depend on the options.</returns>
    public async Task<EvaluationReport> EvaluateAsync(
        EvaluationSet set, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        var scorers = _rewards.Select(reward => new ClipScorer(reward)).ToArray();
        SampleEntry[] own = [.. set.Samples.Chunk(_batchSize).Where((_, batch) => batch % _collective.Size == _collective.Rank).SelectMany(batch => batch)];
        var totals = new RunningTotals(_rewards, own.Length);
        var evaluated = new List<EvaluatedClip>(own.Length);
        var clips = ClipReader.ReadAsync(set.Folder, own, _readAhead, cancellationToken);
        await foreach (var batch in AsyncBatches.Of(clips, _batchSize, cancellationToken).ConfigureAwait(false))
        {
            var scores = await Task.WhenAll(scorers.Select(scorer => scorer.ScoreAsync(batch, cancellationToken))).ConfigureAwait(false);
            for (var i = 0; i < batch.Length; i++)
            {
                evaluated.Add(Collect(batch[i].Sample, [.. scores.Select(ofReward => ofReward[i])]));
                totals.Add(evaluated[^1]);
            }

            progress?.Report(totals.Progress());
        }

        if (_collective.Size > 1)
        {
            evaluated = await SharedClips.GatherAsync(_collective, set.Samples, _batchSize, evaluated, cancellationToken).ConfigureAwait(false);
        }

        return new EvaluationReport(set.Folder, evaluated, [.. _rewards.Select(reward => RewardSummary.Of(reward, evaluated))])
        {
            PassedOver = set.PassedOver,
        };
    }

    private EvaluatedClip Collect(SampleEntry sample, ClipScore[] scores)
    {
        var byName = _rewards.Zip(scores, (reward, score) => (reward.Name, Score: score)).ToArray();
        return new EvaluatedClip(sample)
        {
            Scores = byName.Where(entry => entry.Score.Problem is null).ToDictionary(entry => entry.Name, entry => entry.Score.Value),
            Classifications = byName.Where(entry => entry.Score.Classification is not null)
                .ToDictionary(entry => entry.Name, entry => entry.Score.Classification!),
            Problems = byName.Where(entry => entry.Score.Problem is not null).ToDictionary(entry => entry.Name, entry => entry.Score.Problem!),
        };
    }
}
