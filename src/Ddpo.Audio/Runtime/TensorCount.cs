namespace Ddpo.Audio.Runtime;

/// <summary>How many tensors live that the library's threads made.</summary>
/// <remarks>
/// TorchSharp counts by thread: up on the one that makes a tensor, down on the one that frees it, so only the sum over threads says how many
/// live. (<c>Tensor.TotalCount</c> does not: it never forgets what a <c>Parameter</c> was made of.) A thread brings its share up to date when a piece of
/// work is done, so what lives only during the work is not in the sum. Nor does the garbage collector count anything off: a tensor
/// that is left to it was leaked.
/// </remarks>
internal static class TensorCount
{
    private static long s_total;

    [ThreadStatic]
    private static long s_share;

    /// <summary>The shares of all threads, as they last brought them up to date.</summary>
    public static long Total => Interlocked.Read(ref s_total);

    /// <summary>Brings the share of the calling thread up to date.</summary>
    public static void Update()
    {
        var share = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Interlocked.Add(ref s_total, share - s_share);
        s_share = share;
    }
}
