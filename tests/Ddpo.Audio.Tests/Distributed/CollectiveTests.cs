using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Distributed;

public sealed class CollectiveTests
{
    [Fact]
    public async Task A_process_by_itself_has_everything_already()
    {
        await using var alone = Collective.FromEnvironment(); // the tests are not started by mpirun
        Assert.Same(Collective.Alone, alone);
        Assert.Equal((0, 1, 0, 1), (alone.Rank, alone.Size, alone.LocalRank, alone.LocalSize));
        float[] values = [1, 2];
        await alone.SumAsync(values);
        Assert.Equal([1, 2], values);
        var all = new byte[2];
        await alone.AllGatherAsync(new byte[] { 3, 4 }, all);
        Assert.Equal([3, 4], all);
        await alone.GatherAsync(new byte[] { 5, 6 }, all, 0);
        Assert.Equal([5, 6], all);
        await alone.BroadcastAsync(all, 0);
        await alone.BarrierAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone.BarrierAsync(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Ranks_of_a_process_do_what_the_contract_says()
    {
        var sums = await ThreadCollective.RunAsync(3, async rank =>
        {
            float[] values = [rank.Rank + 0.25f, 1e8f * (rank.Rank - 1)];
            await rank.SumAsync(values);
            var all = new byte[6];
            await rank.AllGatherAsync(new[] { (byte)rank.Rank, (byte)9 }, all);
            Assert.Equal([0, 9, 1, 9, 2, 9], all);
            var sent = new[] { (byte)(rank.Rank == 1 ? 7 : 0) };
            await rank.BroadcastAsync(sent, 1);
            Assert.Equal([7], sent);
            await rank.BarrierAsync();
            return values;
        });
        Assert.All(sums, sum => Assert.Equal([3.75f, 0], sum));
    }

    [Fact]
    public async Task A_rank_that_does_not_come_is_named()
    {
        var error = await Assert.ThrowsAsync<CollectiveException>(() => ThreadCollective.RunAsync(
            3,
            async rank =>
            {
                if (rank.Rank != 1)
                {
                    await rank.BarrierAsync();
                }

                return 0;
            },
            TimeSpan.FromMilliseconds(200)));
        Assert.Contains("Rank 1 did not come to barrier", error.Message, StringComparison.Ordinal);
    }
}
