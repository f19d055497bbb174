using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio;

/// <summary>The results of an evaluation. Immutable and thread-safe.</summary>
/// <param name="Folder">The folder that the clips' files are relative to.</param>
/// <param name="Clips">Every clip, in the order of the set.</param>
/// <param name="Rewards">Every reward's statistics, in the evaluator's order.</param>
public sealed record EvaluationReport(string Folder, IReadOnlyList<EvaluatedClip> Clips, IReadOnlyList<RewardSummary> Rewards)
{
    /// <summary>Gets the audio in the folder that was passed over; see <see cref="EvaluationSet.PassedOver"/>.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <summary>Gets the number of clips that lack a score.</summary>
    public int Failed => Clips.Count(clip => !clip.IsScored);

    /// <summary>Gets whether there is any score at all.</summary>
    public bool HasScores => Rewards.Any(reward => reward.Scores is not null);

    /// <summary>Writes the results as CSV files: comma-separated, quoted as RFC 4180 says, UTF-8, numbers with a point.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>For each reward, <c>&lt;name without _score&gt;_benchmark.csv</c>, a row a clip. <c>path</c> is relative to <see cref="Folder"/>.
    /// A score reward has <c>path</c>, the scores (<see cref="IRewardFunction.ScoreColumn"/>), <c>prompt</c>, <c>status</c>; a classifier has
    /// <c>path</c>, <c>label</c>, <c>pred</c>, the scores, a column for the value of each label, <c>prompt</c>, <c>status</c>.
    /// The status is <c>ok</c>, or says why the values are missing.</item>
    /// <item>For each classifier, <c>&lt;name&gt;_confusion.csv</c>: clips counted by label (rows) and decision (columns).</item>
    /// <item><c>summary.csv</c>: statistics of each reward over all clips and over each prompt's, and accuracies over all clips and
    /// over each label's, with sample standard deviations and standard errors. What cannot be known is empty.</item>
    /// </list>
    /// </remarks>
    /// <param name="folder">Where to write; made if it is missing. Each file is replaced whole, or not at all.</param>
    /// <param name="cancellationToken">Checked before each file; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="IOException">The folder or a file cannot be written.</exception>
    public Task<IReadOnlyList<string>> WriteCsvAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Task.Run<IReadOnlyList<string>>(() => Write(folder, cancellationToken), cancellationToken);
    }

    private List<string> Write(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var paths = new List<string>();
        foreach (var (name, rows) in ReportTables.Of(this))
        {
            cancellationToken.ThrowIfCancellationRequested();
            paths.Add(Path.Combine(folder, name));
            AtomicFile.Write(paths[^1], stream => CsvTable.Write(stream, rows));
        }

        return paths;
    }
}
