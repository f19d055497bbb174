using System.Runtime.InteropServices;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>What ranks have measured, put together. On the pipeline's thread.</summary>
internal static class RankNumbers
{
    /// <summary>The numbers of every rank, by rank.</summary>
    public static double[][] Gather(RankGroup ranks, string what, double[] own) => ranks.IsAlone
        ? [own]
        : [.. RankGroup.Wait(ranks.AllGatherAsync(what, MemoryMarshal.AsBytes(own.AsSpan()).ToArray())).Select(part => MemoryMarshal.Cast<byte, double>(part.Span).ToArray())];

    /// <summary>The sum over the ranks of each number, in their order.</summary>
    public static double[] Sum(double[][] all) => [.. Enumerable.Range(0, all[0].Length).Select(i => all.Sum(own => own[i]))];
}
