using Ddpo.Audio.Evaluation;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class ClipReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Few_clips_are_read_ahead_and_all_come_in_order(int readAhead)
    {
        using var folder = FakeRewards.Clips([.. Enumerable.Range(0, 60).Select(i => (float)i)]);
        var started = 0;
        IEnumerable<SampleEntry> Samples()
        {
            for (var i = 0; i < 60; i++)
            {
                Interlocked.Increment(ref started);
                yield return new SampleEntry($"{i}.wav", "x");
            }
        }

        var taken = 0;
        await foreach (var loaded in ClipReader.ReadAsync(folder.Root, Samples(), readAhead, CancellationToken.None))
        {
            Assert.Equal(taken++, loaded.Clip!.Samples.Span[0]);
            await Task.Delay(1);
            Assert.InRange(Volatile.Read(ref started), taken, taken + readAhead + 1);
        }

        Assert.Equal(60, taken);
    }

    [Fact]
    public async Task Leaving_early_ends_the_reading()
    {
        using var folder = FakeRewards.Clips(1);
        var isEnded = false;
        IEnumerable<SampleEntry> Endless()
        {
            try
            {
                while (true)
                {
                    yield return new SampleEntry("0.wav", "x");
                }
            }
            finally
            {
                isEnded = true;
            }
        }

        await foreach (var loaded in ClipReader.ReadAsync(folder.Root, Endless(), 2, CancellationToken.None))
        {
            break;
        }

        Assert.True(isEnded);
    }
}
