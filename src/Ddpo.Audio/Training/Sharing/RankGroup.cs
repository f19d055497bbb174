using System.Buffers.Binary;
using System.Text;
using Ddpo.Audio.Distributed;

namespace Ddpo.Audio.Training.Sharing;

/// <summary>How a rank is, or how its training ended.</summary>
internal enum RankState
{
    /// <summary>At work.</summary>
    Well,

    /// <summary>It has done all there was to do.</summary>
    Done,

    /// <summary>Its program took no further epoch.</summary>
    Left,

    /// <summary>It was cancelled.</summary>
    Stopped,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>
/// What the ranks of a training tell each other. Every exchange begins with how each rank is: one that fails says so in the place of its next exchange, wherever
/// the others are, and all of them end with its message. Alone, nothing is exchanged.
/// </summary>
/// <param name="collective">The ranks.</param>
internal sealed class RankGroup(ICollective collective)
{
    private const int HeaderBytes = 24, MostText = 4000;

    private bool _isOver;

    /// <summary>A process by itself.</summary>
    public static RankGroup Alone { get; } = new(Collective.Alone);

    /// <summary>This one's number.</summary>
    public int Rank => collective.Rank;

    /// <summary>How many there are.</summary>
    public int Size => collective.Size;

    /// <summary>Whether there is no other.</summary>
    public bool IsAlone => collective.Size == 1;

    /// <summary>Whether this is the one that writes.</summary>
    public bool IsFirst => collective.Rank == 0;

    /// <summary>A training begins, or goes on.</summary>
    public void Begin() => _isOver = false;

    /// <summary>What every rank has, by rank; of any length.</summary>
    /// <param name="what">Names the exchange; the same on all ranks.</param>
    /// <param name="own">What this one has.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    /// <exception cref="CollectiveException">A rank failed, left or is missing.</exception>
    /// <exception cref="OperationCanceledException">This rank or another one was cancelled.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> AllGatherAsync(
        string what, ReadOnlyMemory<byte> own, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAlone)
        {
            return [own];
        }

        var lengths = await MeetAsync(what, own.Length).ConfigureAwait(false);
        return await GatherAllAsync(own, lengths).ConfigureAwait(false);
    }

    /// <summary>What every rank has, by rank, on the first; nothing on the others.</summary>
    /// <inheritdoc cref="AllGatherAsync"/>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GatherAsync(
        string what, ReadOnlyMemory<byte> own, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAlone)
        {
            return [own];
        }

        var parts = new RankParts(own, await MeetAsync(what, own.Length).ConfigureAwait(false));
        await CallAsync(() => collective.GatherAsync(parts.Own, IsFirst ? parts.All : default, 0)).ConfigureAwait(false);
        return IsFirst ? parts.Split() : [];
    }

    /// <summary>What the first rank has, on all.</summary>
    /// <param name="what">Names the exchange; the same on all ranks.</param>
    /// <param name="own">What the first has; not looked at on the others.</param>
    /// <param name="cancellationToken">Looked at before this rank takes part.</param>
    /// <inheritdoc cref="AllGatherAsync" path="/exception"/>
    public async Task<ReadOnlyMemory<byte>> FromFirstAsync(string what, ReadOnlyMemory<byte> own, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsAlone)
        {
            return own;
        }

        var lengths = await MeetAsync(what, IsFirst ? own.Length : 0).ConfigureAwait(false);
        var values = IsFirst ? own.ToArray() : new byte[lengths[0]];
        await CallAsync(() => collective.BroadcastAsync(values, 0)).ConfigureAwait(false);
        return values;
    }

    /// <summary>Replaces values by their sums over all ranks; see <see cref="ICollective.SumAsync"/>.</summary>
    /// <inheritdoc cref="AllGatherAsync" path="/exception"/>
    public async Task SumAsync(string what, Memory<float> values)
    {
        if (!IsAlone)
        {
            await MeetAsync(what, values.Length).ConfigureAwait(false);
            await CallAsync(() => collective.SumAsync(values)).ConfigureAwait(false);
        }
    }

    /// <summary>Tells the others how the training ended here, in the place of the next exchange; nothing when all know that it is over.</summary>
    public async Task EndAsync(RankState state, string message)
    {
        if (IsAlone || _isOver)
        {
            return;
        }

        _isOver = true;
        var text = Encoding.UTF8.GetBytes(message);
        try
        {
            var others = await ExchangeHeadersAsync(state, "end", Math.Min(text.Length, MostText)).ConfigureAwait(false);
            await GatherAllAsync(text.AsMemory(0, Math.Min(text.Length, MostText)), TextLengths(others)).ConfigureAwait(false);
        }
        catch (CollectiveException)
        {
            // The end has its cause already, and another rank is not there to hear of it.
        }
    }

    /// <summary>Waits, on a thread that may: the pipeline's.</summary>
    public static T Wait<T>(Task<T> exchange) => exchange.GetAwaiter().GetResult();

    /// <inheritdoc cref="Wait{T}"/>
    public static void Wait(Task exchange) => exchange.GetAwaiter().GetResult();

    private async Task<int[]> MeetAsync(string what, int length)
    {
        var all = await ExchangeHeadersAsync(RankState.Well, what, length).ConfigureAwait(false);
        if (all.All(one => one.State == RankState.Well))
        {
            return all.All(one => one.What == all[0].What) ? [.. all.Select(one => one.Length)] : throw Over(new CollectiveException(
                $"The ranks are out of step: when rank {Rank} came to '{what}', {string.Join(", ", Ranks(all, one => one.What != all[Rank].What))} came to something "
                + "else. All have to run the same program with the same settings."));
        }

        _isOver = true;
        var texts = (await GatherAllAsync(default, TextLengths(all)).ConfigureAwait(false)).Select(text => Encoding.UTF8.GetString(text.Span)).ToArray();
        if (all.Index().Where(one => one.Item.State == RankState.Failed).Select(one => one.Index).ToArray() is [var failed, ..])
        {
            throw new CollectiveException($"Rank {failed} failed: {texts[failed]}");
        }

        if (Ranks(all, one => one.State == RankState.Stopped) is [var stopped, ..])
        {
            throw new OperationCanceledException($"Training was stopped on {stopped}.");
        }

        var gone = all.Index().First(one => one.Item.State != RankState.Well).Index;
        throw new CollectiveException($"Rank {gone} has ended its training ({texts[gone]}) when rank {Rank} came to '{what}'. All have to take the same epochs.");
    }

    private async Task<Header[]> ExchangeHeadersAsync(RankState state, string what, int length)
    {
        var own = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt64LittleEndian(own, (long)state);
        BinaryPrimitives.WriteInt64LittleEndian(own.AsSpan(8), Hash(what));
        BinaryPrimitives.WriteInt64LittleEndian(own.AsSpan(16), length);
        var all = new byte[HeaderBytes * Size];
        await CallAsync(() => collective.AllGatherAsync(own, all)).ConfigureAwait(false);
        return [.. all.Chunk(HeaderBytes).Select(header => new Header(
            (RankState)BinaryPrimitives.ReadInt64LittleEndian(header),
            BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8)),
            (int)BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16))))];
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> GatherAllAsync(ReadOnlyMemory<byte> own, int[] lengths)
    {
        var parts = new RankParts(own, lengths);
        await CallAsync(() => collective.AllGatherAsync(parts.Own, parts.All)).ConfigureAwait(false);
        return parts.Split();
    }

    // Not cancelled: the others count on this rank.
    private async Task CallAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (CollectiveException exception)
        {
            throw Over(exception);
        }
    }

    private CollectiveException Over(CollectiveException exception)
    {
        _isOver = true;
        return exception;
    }

    // Those who are well have nothing to say.
    private static int[] TextLengths(Header[] all) => [.. all.Select(one => one.State == RankState.Well ? 0 : one.Length)];

    private static string[] Ranks(Header[] all, Func<Header, bool> those) => [.. all.Index().Where(one => those(one.Item)).Select(one => $"rank {one.Index}")];

    // FNV-1a: the same in every process, as string.GetHashCode is not.
    private static long Hash(string text) => Encoding.UTF8.GetBytes(text).Aggregate(unchecked((long)0xcbf29ce484222325), (hash, value) => unchecked((hash ^ value) * 0x100000001b3));

    private readonly record struct Header(RankState State, long What, int Length);
}
