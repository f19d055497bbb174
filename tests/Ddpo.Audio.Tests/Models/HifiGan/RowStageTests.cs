using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.Ops.Rows;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.HifiGan;

/// <summary>A stage in rows against the same layers in libtorch.</summary>
public sealed class RowStageTests : IDisposable
{
    private const double Slope = 0.1;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();
    private readonly Generator _generator = new(7);
    private readonly List<nn.Module> _layers = []; // Whose weights outlive every scope.

    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _generator.Dispose();
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [WideVectorsTheory]
    [InlineData(16, 5, 16, 130, 2)] // The length is odd: 5 * time + 1.
    [InlineData(32, 4, 16, 37, 3)]
    [InlineData(10, 2, 4, 50, 1)] // Fewer channels than are done at a time.
    [InlineData(22, 2, 8, 1, 2)] // One time, of which most taps see nothing; more channels than are done at a time, and no multiple of them.
    [InlineData(7, 1, 1, 60, 2)] // A rate of 1, and a channel of the input that has no part.
    [InlineData(6, 3, 3, 40_000, 1)] // Several pieces on any machine.
    [InlineData(256, 2, 4, 700, 2)]
    public void What_comes_out_is_what_libtorch_makes_of_the_layers(int channels, int rate, int kernel, int time, int batch)
    {
        var (upsampler, blocks) = Layers(channels, rate, kernel, [1, 3, 5]);
        var input = Random(batch, channels, time);

        Assert.True(RowStage.Takes(input, blocks));
        AssertSame(Reference(upsampler, blocks, input), new RowStage(upsampler, blocks, Slope).Forward(input));
    }

    [WideVectorsFact]
    public void A_clip_may_be_shorter_than_its_blocks_look()
    {
        var (upsampler, blocks) = Layers(16, 2, 4, [40, 1]);
        var input = Random(2, 16, 9);

        AssertSame(Reference(upsampler, blocks, input), new RowStage(upsampler, blocks, Slope).Forward(input));
    }

    [WideVectorsTheory]
    [InlineData(1)]
    [InlineData(64)]
    public void Neither_the_batch_nor_the_layout_changes_a_bit(int clips)
    {
        var (upsampler, blocks) = Layers(16, 4, 16, [1, 3, 5]);
        var stage = new RowStage(upsampler, blocks, Slope);
        var input = Random(clips, 600, 16).transpose(1, 2);

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
    [InlineData("no clips")]
    [InlineData("reach")]
    public void What_libtorch_does_better_is_left_to_it(string what)
    {
        var (_, blocks) = Layers(16, 2, 4, what == "reach" ? [1024] : [1]);
        var input = zeros(
            what == "no clips" ? 0 : 1, what == "channels" ? 512 : 16, 4, what == "precision" ? ScalarType.BFloat16 : ScalarType.Float32);

        Assert.False(RowStage.Takes(what == "gradient" ? input.requires_grad_() : input, blocks));
    }

    [WideVectorsFact]
    public void A_vocoder_sounds_as_with_libtorch_alone_and_has_nothing_to_say_of_no_clips()
    {
        using var vocoder = SpeechT5HifiGan.Load(Fixtures.Path("tiny-audioldm2", "vocoder"), Placement.Cpu);
        var mel = Random(2, 70, vocoder.Config.ModelInDim);

        var rows = vocoder.call(mel);

        vocoder.InRows = false;
        AssertSame(vocoder.call(mel), rows);
        vocoder.InRows = true;
        Assert.Equal([0, rows.shape[1]], vocoder.call(mel.narrow(0, 0, 0)).shape);
    }

    [WideVectorsFact]
    public void Tensors_of_another_type_or_layout_are_never_read_as_rows()
    {
        var error = Assert.Throws<ArgumentException>(() => RowTensor.Of(zeros(1, 2, 3, ScalarType.BFloat16)));
        Assert.Contains("found BFloat16", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RowTensor.Of(zeros(1, 2, 3).transpose(1, 2)));
    }

    [WideVectorsFact]
    public void A_stop_ends_it()
    {
        var (upsampler, blocks) = Layers(16, 2, 4, [1]);
        var stage = new RowStage(upsampler, blocks, Slope);
        var input = Random(2, 16, 200);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => CurrentWork.Run(
            () =>
            {
                stop.Cancel();
                return stage.Forward(input);
            },
            stop.Token));
    }

    private static void AssertSame(Tensor expected, Tensor found) => Comparison.Of("samples", expected, found, new Tolerance(1e-5)).AssertNoneOutside();

    private Tensor Random(params long[] shape) => randn(shape, generator: _generator);

    private (ConvTranspose1d Upsampler, List<HifiGanResidualBlock> Blocks) Layers(int channels, int rate, int kernel, int[] dilations)
    {
        var upsampler = new ConvTranspose1d(channels, channels / 2, kernel, Placement.Cpu, rate, (kernel - rate) / 2);
        List<HifiGanResidualBlock> blocks =
        [
            new(channels / 2, 3, dilations[..1], Slope, Placement.Cpu), new(channels / 2, 1, [1], Slope, Placement.Cpu), new(channels / 2, 11, dilations, Slope, Placement.Cpu),
        ];
        _layers.AddRange([upsampler, .. blocks]);
        foreach (var parameter in _layers.SelectMany(layer => layer.parameters()))
        {
            parameter.copy_(Random(parameter.shape) * (0.5 / Math.Sqrt(channels)));
        }

        return (upsampler, blocks);
    }

    private static Tensor Reference(ConvTranspose1d upsampler, List<HifiGanResidualBlock> blocks, Tensor input)
    {
        var upsampled = upsampler.call(nn.functional.leaky_relu(input, Slope));
        return stack([.. blocks.Select(block => block.call(upsampled))]).mean([0]);
    }
}
