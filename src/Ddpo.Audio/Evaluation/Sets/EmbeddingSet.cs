namespace Ddpo.Audio;

/// <summary>The vectors of a set of clips, a row for each window. Immutable and thread-safe.</summary>
public sealed class EmbeddingSet
{
    /// <summary>Makes a set.</summary>
    /// <param name="embedding">What made the vectors; see <see cref="IAudioEmbedder.Embedding"/>.</param>
    /// <param name="rows">The vectors, at least two, of one length. They are not copied, and must not change.</param>
    /// <param name="clips">How many clips they are of.</param>
    /// <exception cref="ArgumentException">There are fewer than two vectors, or of different lengths, or one has a number that is not finite.</exception>
    public EmbeddingSet(string embedding, IReadOnlyList<float[]> rows, int clips)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count < 2)
        {
            throw new ArgumentException($"Expected the vectors of at least 2 windows, found {rows.Count}: a set needs more, or longer, clips.", nameof(rows));
        }

        if (rows.FirstOrDefault(row => row.Length != rows[0].Length) is { } other)
        {
            throw new ArgumentException($"Expected vectors of one length, found {rows[0].Length} and {other.Length}.", nameof(rows));
        }

        if (rows.Any(row => row.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)))
        {
            throw new ArgumentException("A vector has a number that is not finite.", nameof(rows));
        }

        (Embedding, Rows, Clips) = (embedding, rows, clips);
    }

    /// <summary>Gets what made the vectors.</summary>
    public string Embedding { get; }

    /// <summary>Gets the vectors, a row for each window.</summary>
    public IReadOnlyList<float[]> Rows { get; }

    /// <summary>Gets how many clips they are of.</summary>
    public int Clips { get; }

    /// <summary>Gets the length of a vector.</summary>
    public int Dimension => Rows[0].Length;

    /// <summary>Gets the files that could not be read, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Unread { get; init; } = new Dictionary<string, string>();
}
