using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class SharedTensorWorkTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    [InlineData(40, 4)]
    public void Pieces_share_the_threads_of_the_one_who_calls(int count, int threads)
    {
        using var setting = OpenMp.SetThreadsOfThisThread(threads);
        var (done, most) = (new int[count], new int[count]);

        SharedTensorWork.Each(count, piece =>
        {
            done[piece]++;
            most[piece] = get_num_threads();
            Assert.False(is_grad_enabled());
            _ = ones(3); // in the piece's own scope
        });

        Assert.All(done, times => Assert.Equal(1, times));
        Assert.All(most, of => Assert.Equal(OpenMp.CanBeSet ? threads / Math.Min(count, threads) : get_num_threads(), of));
    }

    [Fact]
    public void What_threads_had_before_they_have_again()
    {
        var before = get_num_threads();
        using (OpenMp.SetThreadsOfThisThread(3))
        {
            SharedTensorWork.Each(7, _ => { });
            Assert.Equal(OpenMp.CanBeSet ? 3 : before, get_num_threads());
        }

        Assert.Equal(before, get_num_threads());
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Work_that_is_stopped_stops_in_its_pieces()
    {
        using var stop = new CancellationTokenSource();
        var begun = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => CurrentWork.Run(
            () =>
            {
                SharedTensorWork.Each(100, _ =>
                {
                    Interlocked.Increment(ref begun);
                    stop.Cancel();
                    CurrentWork.ThrowIfStopped();
                });
                return true;
            },
            stop.Token));

        Assert.InRange(begun, 1, 50);
    }
}
