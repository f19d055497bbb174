using System.Text.Json;
using Ddpo.Audio.Training.Observers;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>Exchanges of records, as JSON. Numbers are read back bit for bit.</summary>
internal static class RankJson
{
    /// <summary>What every rank has, by rank.</summary>
    public static async Task<T[]> AllGatherAsync<T>(this RankGroup ranks, string what, T own, CancellationToken cancellationToken = default) => ranks.IsAlone
        ? [own]
        : [.. (await ranks.AllGatherAsync(what, Write(own), cancellationToken).ConfigureAwait(false)).Select(Read<T>)];

    /// <summary>What the first rank has.</summary>
    public static async Task<T> FromFirstAsync<T>(this RankGroup ranks, string what, T own, CancellationToken cancellationToken = default)
    {
        if (ranks.IsAlone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return own;
        }

        var sent = await ranks.FromFirstAsync(what, ranks.IsFirst ? Write(own) : default, cancellationToken).ConfigureAwait(false);
        return ranks.IsFirst ? own : Read<T>(sent);
    }

    /// <summary>A record as bytes.</summary>
    public static ReadOnlyMemory<byte> Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, RunJson.Lines);

    /// <summary>Bytes as a record.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> bytes) => JsonSerializer.Deserialize<T>(bytes.Span, RunJson.Lines)!;
}
