using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class TensorCountTests
{
    [Fact]
    public async Task A_tensor_counts_until_it_is_freed_whichever_thread_frees_it()
    {
        await using var maker = new TorchWorker("maker");
        await using var other = new TorchWorker("other");
        var before = TensorCount.Total;

        var kept = await maker.RunAsync(() =>
        {
            _ = zeros(1) * zeros(1); // freed with the work
            return zeros(3).DetachFromDisposeScope();
        });
        Assert.Equal(before + 1, TensorCount.Total);

        await other.RunAsync(kept.Dispose);
        Assert.Equal(before, TensorCount.Total);
    }

    [Fact]
    public async Task A_parameter_counts_once_until_it_is_freed()
    {
        await using var worker = new TorchWorker("test");
        var before = TensorCount.Total;
        var layer = await worker.RunAsync(() => nn.Linear(2, 3));
        Assert.Equal(before + 2, TensorCount.Total);

        await worker.RunAsync(layer.Dispose);
        Assert.Equal(before, TensorCount.Total);
    }

    [Fact]
    public async Task What_work_that_fails_has_made_is_counted_too()
    {
        await using var worker = new TorchWorker("test");
        var before = TensorCount.Total;
        Tensor? kept = null;
        await Assert.ThrowsAsync<InvalidDataException>(() => worker.RunAsync(() =>
        {
            kept = zeros(3).DetachFromDisposeScope();
            throw new InvalidDataException();
        }));
        Assert.Equal(before + 1, TensorCount.Total);

        await worker.RunAsync(kept!.Dispose);
        Assert.Equal(before, TensorCount.Total);
    }

    [Fact]
    public async Task A_thread_that_has_ended_leaves_its_share()
    {
        var before = TensorCount.Total;
        Tensor kept;
        await using (var worker = new TorchWorker("test"))
        {
            kept = await worker.RunAsync(() => zeros(3).DetachFromDisposeScope());
        }

        Assert.Equal(before + 1, TensorCount.Total);
        await using var other = new TorchWorker("other");
        await other.RunAsync(kept.Dispose);
        Assert.Equal(before, TensorCount.Total);
    }
}
