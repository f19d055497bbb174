using Ddpo.Audio.Distributed;

namespace Ddpo.Audio.Tests.Distributed;

public sealed class ProcessorsTests
{
    [Theory]
    [InlineData("0-3", new[] { "0-3" }, 4, 4)]
    [InlineData("0-3", new[] { "0-3", "0-3" }, 4, 2)] // two that may run anywhere
    [InlineData("0-3", new[] { "0-3", "0-3", "0-3" }, 4, 1)]
    [InlineData("1", new[] { "0", "1" }, 1, 1)] // bound to a core each
    [InlineData("0-1", new[] { "0-1", "2-3" }, 2, 2)]
    [InlineData("0-7", new[] { "0-7", "0-7" }, 2, 1)] // a container's quota of two
    [InlineData("0-1", new[] { "0-1", "0-1", "0-1", "0-1" }, 2, 1)] // more processes than processors
    [InlineData("0,2-3\n", new[] { "0,2-3\n" }, 3, 3)]
    [InlineData("", new[] { "" }, 8, 0)]
    public void A_process_has_its_part_of_each_processor(string own, string[] all, int limit, int threads) =>
        Assert.Equal(threads, Processors.Share(Processors.Parse(own), [.. all.Select(Processors.Parse)], limit));

    [Fact]
    public void This_process_may_run_somewhere()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(Processors.Share(Processors.OfThisProcess(), [Processors.OfThisProcess()], Environment.ProcessorCount), 1, Environment.ProcessorCount);
        }
    }
}
