using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class SharedWorkTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(1000, 1)]
    [InlineData(1000, 4)]
    public void Every_piece_is_done_once(int count, int threads)
    {
        var done = new int[count];

        SharedWork.Each(count, threads, piece => Interlocked.Increment(ref done[piece]));

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_a_piece_throws_is_thrown_as_it_is()
    {
        var error = Assert.Throws<CheckpointException>(() => SharedWork.Each(100, 2, piece => throw new CheckpointException("of a piece")));

        Assert.Equal("of a piece", error.Message);
    }
}
