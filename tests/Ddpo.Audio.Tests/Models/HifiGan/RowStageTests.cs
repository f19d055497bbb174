using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.HifiGan;

/// <summary>A stage in rows against the same layers in libtorch.</summary>
public sealed class RowStageTests : IDisposable
{
    private const double Slope = 0.1;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [WideVectorsTheory]
    [InlineData(16, 5, 16, 130, 2)] // The length is odd: 5 * time + 1.
    [InlineData(32, 4, 16, 37, 3)]
    [InlineData(10, 2, 4, 50, 1)] // Fewer channels than are done at a time, and no multiple of them.
    [InlineData(22, 2, 8, 1, 2)] // One time, of which most taps see nothing.
    [InlineData(6, 3, 3, 9000, 1)] // Several pieces.
    [InlineData(256, 2, 4, 700, 2)]
    public void What_comes_out_is_what_libtorch_makes_of_the_layers(int channels, int rate, int kernel, int time, int batch)
    {
        var (upsampler, blocks) = Layers(channels, rate, kernel);
        var input = randn(batch, channels, time);

        var expected = Reference(upsampler, blocks, input);

        Assert.True(RowStage.Takes(input));
        Comparison.Of("stage", expected, new RowStage(upsampler, blocks, Slope).Forward(input), new Tolerance(1e-5)).AssertNoneOutside();
    }

    [WideVectorsTheory]
    [InlineData(1)]
    [InlineData(64)]
    public void Neither_the_batch_nor_the_layout_changes_a_bit(int clips)
    {
        var (upsampler, blocks) = Layers(16, 4, 16);
        var stage = new RowStage(upsampler, blocks, Slope);
        var input = randn(clips, 600, 16).transpose(1, 2);

        var together = stage.Forward(input);

        for (var clip = 0; clip < clips; clip++)
        {
            var alone = stage.Forward(input.narrow(0, clip, 1).contiguous());
            Assert.True(alone.bytes.SequenceEqual(together.narrow(0, clip, 1).bytes));
        }
    }

    [WideVectorsTheory]
    [InlineData("gradient")]
    [InlineData("channels")]
    [InlineData("precision")]
    public void What_libtorch_does_better_is_left_to_it(string what)
    {
        var input = zeros(1, what == "channels" ? 512 : 16, 4, what == "precision" ? ScalarType.BFloat16 : ScalarType.Float32);

        Assert.False(RowStage.Takes(what == "gradient" ? input.requires_grad_() : input));
    }

    [WideVectorsTheory]
    [InlineData(2)]
    public void A_stop_ends_it(int clips)
    {
        var (upsampler, blocks) = Layers(16, 2, 4);
        var stage = new RowStage(upsampler, blocks, Slope);
        var input = randn(clips, 16, 200);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => CurrentWork.Run(
            () =>
            {
                stop.Cancel();
                return stage.Forward(input);
            },
            stop.Token));
    }

    private static (ConvTranspose1d Upsampler, List<HifiGanResidualBlock> Blocks) Layers(int channels, int rate, int kernel)
    {
        var upsampler = new ConvTranspose1d(channels, channels / 2, kernel, Placement.Cpu, rate, (kernel - rate) / 2);
        List<HifiGanResidualBlock> blocks =
        [
            new(channels / 2, 3, [1, 3], Slope, Placement.Cpu), new(channels / 2, 7, [1], Slope, Placement.Cpu), new(channels / 2, 11, [1, 3, 5], Slope, Placement.Cpu),
        ];
        foreach (var parameter in upsampler.parameters().Concat(blocks.SelectMany(block => block.parameters())))
        {
            nn.init.normal_(parameter, 0, 0.5 / Math.Sqrt(channels));
        }

        return (upsampler, blocks);
    }

    private static Tensor Reference(ConvTranspose1d upsampler, List<HifiGanResidualBlock> blocks, Tensor input)
    {
        var upsampled = upsampler.call(nn.functional.leaky_relu(input, Slope));
        return stack([.. blocks.Select(block => block.call(upsampled))]).mean([0]);
    }
}
