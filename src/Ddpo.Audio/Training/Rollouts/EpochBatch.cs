using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>A batch of an epoch, before it is sampled.</summary>
/// <param name="Index">The batch, from 0.</param>
/// <param name="All">The prompts of all its samples.</param>
/// <param name="Own">Those of this rank's samples.</param>
/// <param name="Samples">The epoch's numbers of this rank's samples.</param>
/// <param name="Seeds">Of their noise.</param>
internal sealed record EpochBatch(
    int Index, IReadOnlyList<Prompt> All, IReadOnlyList<Prompt> Own, IReadOnlyList<int> Samples, IReadOnlyList<ulong> Seeds)
{
    /// <summary>Draws the batches of an epoch: the prompts of a group side by side.</summary>
    public static IReadOnlyList<EpochBatch> Draw(RunSetup run, int epoch)
    {
        var (count, ofEach) = (run.SamplesPerEpoch, run.Algorithm.SamplesPerPrompt);
        var groups = (count - 1 + ofEach) / ofEach;
        var prompts = run.Prompts.Draw(groups, run.Seed, (long)epoch * groups).SelectMany(prompt => Enumerable.Repeat(prompt, ofEach)).Take(count);
        return [.. prompts.Chunk(run.Options.Sampling.BatchSize).Select((all, index) => Of(run, epoch, index, all))];
    }

    private static EpochBatch Of(RunSetup run, int epoch, int index, Prompt[] all)
    {
        var rows = run.Share.Rows;
        int[] samples = [.. rows.Select(row => (index * all.Length) + row)];
        return new(index, all, [.. rows.Select(row => all[row])], samples, [.. samples.Select(sample => run.NoiseSeed(epoch, sample))]);
    }
}
