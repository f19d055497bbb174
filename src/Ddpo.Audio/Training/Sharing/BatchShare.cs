namespace Ddpo.Audio.Training.Sharing;

/// <summary>
/// Which samples of a sampled batch are whose: of every training batch in it, each rank has as many neighbours. So all have the same to do in every update,
/// and together they do what one would.
/// </summary>
/// <param name="Rank">This one.</param>
/// <param name="Size">How many share.</param>
/// <param name="BatchSize">Samples in a sampled batch.</param>
/// <param name="TrainingBatch">Samples in a training batch; divides that, and is divided by the number of ranks.</param>
internal sealed record BatchShare(int Rank, int Size, int BatchSize, int TrainingBatch)
{
    /// <summary>A rank's samples in a sampled batch.</summary>
    public int Count => BatchSize / Size;

    /// <summary>A rank's samples in a training batch.</summary>
    public int TrainingCount => TrainingBatch / Size;

    /// <summary>The places in a sampled batch of a rank's samples, in order.</summary>
    public IEnumerable<int> RowsOf(int rank) => Enumerable.Range(0, Count).Select(
        i => (i / TrainingCount * TrainingBatch) + (rank * TrainingCount) + (i % TrainingCount));

    /// <summary>The places of this rank's samples.</summary>
    public int[] Rows => [.. RowsOf(Rank)];

    /// <summary>Where this rank's samples of a training batch begin among its own of the sampled batch.</summary>
    /// <param name="start">Where the training batch begins in the sampled one.</param>
    public int OwnStart(int start) => start / Size;
}
