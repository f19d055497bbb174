using Ddpo.Audio.Runtime;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class TorchWorkerTests
{
    [Fact]
    public async Task Work_runs_in_order_on_one_thread_whoever_queues_it()
    {
        await using var worker = new TorchWorker("test");
        var order = new List<int>();
        var threads = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => worker.RunAsync(() =>
        {
            order.Add(i);
            return Environment.CurrentManagedThreadId;
        })));
        Assert.Single(threads.Distinct());
        Assert.Equal(Enumerable.Range(0, 50), order);
    }

    [Fact]
    public async Task What_the_work_throws_reaches_the_one_who_awaits_it_and_the_worker_goes_on()
    {
        await using var worker = new TorchWorker("test");
        await Assert.ThrowsAsync<InvalidDataException>(() => worker.RunAsync(() => throw new InvalidDataException()));
        Assert.Equal(3, await worker.RunAsync(() => 3));
    }

    [Theory]
    [InlineData(1L << 50)]
    [InlineData(1L << 62)]
    public async Task Too_little_memory_is_told_as_such_and_the_worker_goes_on(long numbers)
    {
        await using var worker = new TorchWorker("test");
        var error = await Assert.ThrowsAnyAsync<OutOfMemoryException>(() => worker.RunAsync(() => empty(numbers)));
        Assert.StartsWith("There is not enough memory", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(3, await worker.RunAsync(() => 3));
    }

    [Fact]
    public async Task Tensors_that_work_leaves_behind_are_freed_with_it()
    {
        await using var worker = new TorchWorker("test");
        var left = await worker.RunAsync(() => zeros(3));
        Assert.True(left.IsInvalid);
    }

    [Fact]
    public async Task Cancelled_work_does_not_start()
    {
        await using var worker = new TorchWorker("test");
        var ran = false;
        await Assert.ThrowsAsync<TaskCanceledException>(() => worker.RunAsync(() => { ran = true; }, new CancellationToken(true)));
        Assert.False(ran);
    }

    [LinuxFact]
    public async Task A_worker_has_its_own_number_of_threads_and_leaves_that_of_others()
    {
        await using var usual = new TorchWorker("usual");
        var before = await usual.RunAsync(get_num_threads);
        await using var narrow = new TorchWorker("narrow", 1);
        await using var wide = new TorchWorker("wide", before + 3);
        await using var later = new TorchWorker("later");

        Assert.Equal(1, await narrow.RunAsync(get_num_threads));
        Assert.Equal(before + 3, await wide.RunAsync(get_num_threads));
        Assert.Equal(1, await narrow.RunAsync(() =>
        {
            _ = randn(300, 300).matmul(randn(300, 300)).relu().sum();
            return get_num_threads();
        }));
        Assert.Equal(before, await usual.RunAsync(get_num_threads));
        Assert.Equal(before, await later.RunAsync(get_num_threads));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchWorker("none", 0));
    }

    [Fact]
    public async Task A_disposed_worker_finishes_what_is_queued_and_refuses_more()
    {
        var worker = new TorchWorker("test");
        var queued = worker.RunAsync(() => 1);
        await worker.DisposeAsync();
        Assert.Equal(1, await queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => worker.RunAsync(() => 2));
    }
}
