using Ddpo.Audio.Testing;
using Xunit.Sdk;

namespace Ddpo.Audio.Tests.Testing;

public sealed class LiveTensorsTests
{
    [Fact]
    public void Work_that_frees_what_it_makes_is_flat() => LiveTensors.AssertFlat(() =>
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(zeros(3));
        parameter.square().sum().backward();
    });

    [Fact]
    public void One_tensor_that_is_left_behind_is_found_even_when_the_garbage_collector_frees_it()
    {
        var runs = 0;
        var error = Assert.Throws<TrueException>(() => LiveTensors.AssertFlat(() =>
        {
            if (++runs == 3)
            {
                zeros(3);
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
        }));
        Assert.Contains("1 tensors are left after 10 repetitions.", error.Message, StringComparison.Ordinal);
    }
}
