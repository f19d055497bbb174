using System.Runtime.CompilerServices;

namespace Ddpo.Audio.Evaluation;

/// <summary>Puts what comes one by one together.</summary>
internal static class AsyncBatches
{
    /// <summary>Batches of so many, the last of which may be smaller.</summary>
    /// <remarks>The platform's Chunk waits for its caller's context, which a caller that blocks never gives back.</remarks>
    public static async IAsyncEnumerable<T[]> Of<T>(IAsyncEnumerable<T> items, int size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var batch = new List<T>();
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(item);
            if (batch.Count == size)
            {
                yield return [.. batch];
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }
}
