namespace Ddpo.Audio.Distributed;

/// <summary>What ranks have, of different lengths, in parts of one: each is filled up to the longest.</summary>
internal sealed class RankParts
{
    private readonly int[] _lengths;
    private readonly int _longest;
    private byte[]? _all;

    /// <param name="own">What this rank has.</param>
    /// <param name="lengths">Of what each has.</param>
    public RankParts(ReadOnlyMemory<byte> own, int[] lengths)
    {
        (_lengths, _longest, Own) = (lengths, lengths.Max(), own);
        if (own.Length < _longest)
        {
            var padded = new byte[_longest];
            own.CopyTo(padded);
            Own = padded;
        }
    }

    /// <summary>What this rank has, filled up.</summary>
    public ReadOnlyMemory<byte> Own { get; }

    /// <summary>Room for that of all ranks.</summary>
    public Memory<byte> All => _all ??= new byte[checked(_longest * _lengths.Length)];

    /// <summary>What each has.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Split() => [.. _lengths.Select((length, rank) => (ReadOnlyMemory<byte>)All.Slice(rank * _longest, length))];
}
