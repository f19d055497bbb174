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
    public void What_the_process_waits_for_has_its_threads_one_for_each_piece()
    {
        var threads = OpenMp.ThreadsOfTheProcess();
        using var setting = OpenMp.SetThreadsOfThisThread(threads + 5);
        var (running, most, of) = (0, 0, new int[4 * threads]);

        SharedTensorWork.EachAlone(of.Length, piece =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            of[piece] = get_num_threads();
            Thread.Sleep(20);
            Interlocked.Decrement(ref running);
        });

        Assert.Equal(threads, OpenMp.ThreadsOfTheProcess());
        Assert.InRange(most, 1, OpenMp.CanBeSet ? threads : 1);
        Assert.All(of, number => Assert.Equal(OpenMp.CanBeSet ? 1 : threads, number));
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
