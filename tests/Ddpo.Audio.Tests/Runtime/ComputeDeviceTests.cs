using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("CPU")]
    public void An_unknown_name_is_refused_with_the_names_that_are_known(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => ComputeDevice.Parse(name));
        Assert.Contains("'cpu', 'cuda' or 'cuda:N'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cpu_is_there() => Assert.Equal(DeviceType.CPU, ComputeDevice.Parse("cpu").type);

    [Fact]
    public void A_cuda_device_that_is_not_there_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<NotSupportedException>(() => ComputeDevice.Parse("cuda:97"));
        Assert.Contains("TorchSharp-cuda-linux", error.Message, StringComparison.Ordinal);
    }
}
