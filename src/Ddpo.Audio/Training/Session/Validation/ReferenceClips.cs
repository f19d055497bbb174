using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Session.Validation;

/// <summary>Real clips in a folder, from which validation clips are measured as a set. They are read once, when they are first needed.</summary>
internal sealed class ReferenceClips
{
    private readonly IAudioEmbedder _embedder;
    private readonly string _folder;
    private EmbeddingSet? _real;

    private ReferenceClips(IAudioEmbedder embedder, string folder) => (_embedder, _folder) = (embedder, folder);

    /// <summary>Those of a run; <see langword="null"/> where it has none.</summary>
    public static ReferenceClips? Of(RunSetup run) =>
        run.Options.Validation.ReferenceFolder is { } folder ? new ReferenceClips(run.Functions.OfType<IAudioEmbedder>().First(), folder) : null;

    /// <summary>The vectors of clips, one after the other.</summary>
    public async Task<float[][]> EmbedAsync(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken)
    {
        var rows = new List<float[]>();
        foreach (var clip in clips)
        {
            rows.AddRange(await _embedder.EmbedWindowsAsync(clip, cancellationToken).ConfigureAwait(false));
        }

        return [.. rows];
    }

    /// <summary>How far clips are from the real ones.</summary>
    /// <param name="rows">Their vectors.</param>
    /// <param name="clips">How many clips they are of.</param>
    /// <param name="cancellationToken">Stops the reading of the real ones.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is too little audio in it that can be read.</exception>
    public async Task<IReadOnlyList<SetDistance>> CompareAsync(IReadOnlyList<float[]> rows, int clips, CancellationToken cancellationToken)
    {
        _real ??= await new SetEvaluator(_embedder)
            .EmbedAsync(EvaluationSet.FromFolder(_folder, new Prompt("")), progress: null, cancellationToken).ConfigureAwait(false);
        return rows.Count < 2 ? [] : SetEvaluator.Compare(_real, new EmbeddingSet(_embedder.Embedding, rows, clips));
    }
}
