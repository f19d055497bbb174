using System.Buffers.Binary;
using Ddpo.Audio.Distributed;

namespace Ddpo.Audio;

/// <summary>Gathers what is of another length on every rank.</summary>
public static class CollectiveExtensions
{
    /// <summary>Copies what every rank has, of any length, to all.</summary>
    /// <param name="collective">The ranks.</param>
    /// <param name="own">What this rank has.</param>
    /// <param name="cancellationToken">Looked at before the exchange begins.</param>
    /// <returns>What each rank has, by rank.</returns>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> AllGatherPartsAsync(
        this ICollective collective, ReadOnlyMemory<byte> own, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collective);
        var parts = new RankParts(own, await LengthsAsync(collective, own.Length, cancellationToken).ConfigureAwait(false));
        await collective.AllGatherAsync(parts.Own, parts.All, CancellationToken.None).ConfigureAwait(false);
        return parts.Split();
    }

    /// <summary>Copies what every rank has, of any length, to one.</summary>
    /// <param name="collective">The ranks.</param>
    /// <param name="own">What this rank has.</param>
    /// <param name="root">The rank that gets it.</param>
    /// <param name="cancellationToken">Looked at before the exchange begins.</param>
    /// <returns>What each rank has, by rank, on the root; nothing on the others.</returns>
    /// <exception cref="CollectiveException">A rank is missing, or does something else.</exception>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GatherPartsAsync(
        this ICollective collective, ReadOnlyMemory<byte> own, int root = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collective);
        var parts = new RankParts(own, await LengthsAsync(collective, own.Length, cancellationToken).ConfigureAwait(false));
        var all = collective.Rank == root ? parts.All : default;
        await collective.GatherAsync(parts.Own, all, root, CancellationToken.None).ConfigureAwait(false);
        return collective.Rank == root ? parts.Split() : [];
    }

    private static async Task<int[]> LengthsAsync(ICollective collective, int own, CancellationToken cancellationToken)
    {
        var (length, all) = (new byte[sizeof(int)], new byte[sizeof(int) * collective.Size]);
        BinaryPrimitives.WriteInt32LittleEndian(length, own);
        await collective.AllGatherAsync(length, all, cancellationToken).ConfigureAwait(false);
        return [.. all.Chunk(sizeof(int)).Select(part => BinaryPrimitives.ReadInt32LittleEndian(part))];
    }
}
