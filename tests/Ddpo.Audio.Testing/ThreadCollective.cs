namespace Ddpo.Audio.Testing;

/// <summary>Ranks of one process: everything that they do together goes through a table that they share.</summary>
public sealed class ThreadCollective : ICollective
{
    private readonly Table _table;

    private ThreadCollective(Table table, int rank) => (_table, Rank) = (table, rank);

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size => _table.Size;

    /// <inheritdoc/>
    public int LocalRank => Rank;

    /// <inheritdoc/>
    public int LocalSize => Size;

    /// <summary>The operations that this rank has done, in order.</summary>
    public IReadOnlyList<string> Done => _done;

    private readonly List<string> _done = [];

    /// <summary>Makes the ranks of a job.</summary>
    /// <param name="size">How many.</param>
    /// <param name="timeout">How long a rank is waited for; a minute by default.</param>
    public static ThreadCollective[] Of(int size, TimeSpan? timeout = null)
    {
        var table = new Table(size, timeout ?? TimeSpan.FromMinutes(1));
        return [.. Enumerable.Range(0, size).Select(rank => new ThreadCollective(table, rank))];
    }

    /// <summary>Does something as every rank of a job, all at once; throws what the first of them throws, by rank.</summary>
    public static async Task<T[]> RunAsync<T>(int size, Func<ICollective, Task<T>> work, TimeSpan? timeout = null)
    {
        var tasks = Of(size, timeout).Select(rank => Task.Run(() => work(rank))).ToArray();
        await Task.WhenAll(tasks.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))).ConfigureAwait(false);
        return await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task BroadcastAsync(Memory<byte> values, int root, CancellationToken cancellationToken = default)
    {
        var all = await MeetAsync($"broadcast {values.Length} {root}", values.ToArray(), cancellationToken).ConfigureAwait(false);
        ((byte[])all[root]).CopyTo(values);
    }

    /// <inheritdoc/>
    public async Task AllGatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken = default)
    {
        var parts = await MeetAsync($"all-gather {own.Length}", own.ToArray(), cancellationToken).ConfigureAwait(false);
        Copy(parts, all);
    }

    /// <inheritdoc/>
    public async Task GatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, int root, CancellationToken cancellationToken = default)
    {
        var parts = await MeetAsync($"gather {own.Length} {root}", own.ToArray(), cancellationToken).ConfigureAwait(false);
        if (Rank == root)
        {
            Copy(parts, all);
        }
    }

    /// <inheritdoc/>
    public async Task SumAsync(Memory<float> values, CancellationToken cancellationToken = default)
    {
        var parts = await MeetAsync($"sum {values.Length}", values.ToArray(), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < values.Length; i++)
        {
            values.Span[i] = (float)parts.Aggregate(0.0, (sum, part) => sum + ((float[])part)[i]);
        }
    }

    /// <inheritdoc/>
    public Task BarrierAsync(CancellationToken cancellationToken = default) => MeetAsync("barrier", Rank, cancellationToken);

    /// <inheritdoc/>
    public void Abort(int exitCode) => throw new NotSupportedException($"The job was to end with {exitCode}.");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Copy(object[] parts, Memory<byte> all)
    {
        foreach (var (rank, part) in parts.Cast<byte[]>().Index())
        {
            part.CopyTo(all[(rank * part.Length)..]);
        }
    }

    private Task<object[]> MeetAsync(string what, object own, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _done.Add(what);
        return _table.MeetAsync(Rank, what, own);
    }

    private sealed class Table(int size, TimeSpan timeout)
    {
        private readonly Lock _lock = new();
        private Round _round = new(size);

        public int Size => size;

        public async Task<object[]> MeetAsync(int rank, string what, object own)
        {
            Round round;
            lock (_lock)
            {
                round = _round;
                (round.What[rank], round.Parts[rank]) = (what, own);
                if (round.What.All(one => one is not null))
                {
                    _round = new Round(size);
                    var isSame = round.What.All(one => one == what);
                    _ = isSame ? round.Complete.TrySetResult() : round.Complete.TrySetException(
                        new CollectiveException($"The ranks do different things: {string.Join(", ", round.What)}."));
                }
            }

            try
            {
                await round.Complete.Task.WaitAsync(timeout).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                var missing = Enumerable.Range(0, size).Where(other => round.What[other] is null);
                throw new CollectiveException($"Rank {string.Join(" and ", missing)} did not come to {what} within {timeout}.");
            }

            return round.Parts!;
        }
    }

    private sealed class Round(int size)
    {
        public string?[] What { get; } = new string?[size];

        public object[] Parts { get; } = new object[size];

        public TaskCompletionSource Complete { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
