namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>Shares out to threads what is to be done for a batch of clips, in pieces of time.</summary>
internal static class TimePieces
{
    // Three or four such pieces are in use at a time, of a cache of 1 to 2 MB.
    private const int Floats = 96 << 10;

    /// <summary>Does it, and waits until all is done. At most as many threads take part as libtorch has.</summary>
    /// <param name="batch">Clips, at least one.</param>
    /// <param name="time">Of each, at least one.</param>
    /// <param name="channels">Of each, which says how much of it the caches hold.</param>
    /// <param name="reach">How far a result looks to each side, which pieces do again for one another.</param>
    /// <param name="work">Given the clip and the piece.</param>
    /// <exception cref="OperationCanceledException">The work of this thread was stopped.</exception>
    public static void Each(int batch, int time, int channels, int reach, Action<int, Stretch> work)
    {
        var threads = get_num_threads();
        var least = 4 * (reach + RowConvolution.Tile);
        var pieces = Math.Max(Quotient(time, Math.Max(least, Floats / channels)), Math.Min(Quotient(threads, batch), time / least));
        var length = Quotient(time, pieces);
        SharedWork.Each(batch * pieces, threads, unit =>
        {
            var start = unit % pieces * length;
            if (start < time)
            {
                work(unit / pieces, new(start, Math.Min(time, start + length)));
            }
        }, CurrentWork.Here?.Stop ?? CancellationToken.None);
    }

    private static int Quotient(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
