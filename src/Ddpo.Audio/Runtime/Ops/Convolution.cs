#pragma warning disable RS0030 // This is where convolutions are made right.
namespace Ddpo.Audio.Runtime.Ops;

/// <summary>Convolutions that are right on every machine.</summary>
/// <remarks>
/// On the CPU libtorch convolves with oneDNN, which takes channels in blocks and fills weights up to whole ones. Where a machine does not tell the
/// size of its CPU's caches, as some virtual ones do not, libtorch 2.10's oneDNN (3.7.1) leaves part of the filled-up weights unwritten: results are wrong, and
/// differ from run to run. There the channels are filled up with zeros here, so that oneDNN has whole blocks. Once a process, a
/// trial finds out; it takes milliseconds.
/// </remarks>
internal static class Convolution
{
    // The widest blocks that oneDNN takes: for steps of one; for others, whose gradient is a transposed convolution, and for transposed ones.
    private const long Block = 16, StridedBlock = 32;

    private static readonly Lazy<bool> s_mustFillUp = new(FillsUpWrongly);

    /// <summary>Whether this machine's oneDNN needs whole blocks.</summary>
    public static bool MustFillUp => s_mustFillUp.Value;

    /// <summary>2-D convolution of [batch, in, height, width] with a weight [out, in, kernel, kernel].</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding)
    {
        if (!ConcernsOneDnn(input) || !MustFillUp)
        {
            return F.conv2d(input, weight, bias, stride, padding);
        }

        using var scope = NewDisposeScope();
        var whole = ChannelBlocks.Fill(input, weight, bias, Array.TrueForAll(stride, step => step == 1) ? Block : StridedBlock);
        return whole.Cut(F.conv2d(whole.Input, whole.Weight, whole.Bias, stride, padding)).MoveToOuterDisposeScope();
    }

    /// <summary>1-D convolution of [batch, in, time] with a weight [out, in, kernel].</summary>
    public static Tensor Conv1d(Tensor input, Tensor weight, Tensor? bias, long stride, long padding, long dilation)
    {
        if (!ConcernsOneDnn(input) || !MustFillUp)
        {
            return F.conv1d(input, weight, bias, stride, padding, dilation);
        }

        using var scope = NewDisposeScope();
        var whole = ChannelBlocks.Fill(input, weight, bias, stride == 1 ? Block : StridedBlock);
        return whole.Cut(F.conv1d(whole.Input, whole.Weight, whole.Bias, stride, padding, dilation)).MoveToOuterDisposeScope();
    }

    /// <summary>1-D transposed convolution of [batch, in, time] with a weight [in, out, kernel].</summary>
    public static Tensor ConvTranspose1d(Tensor input, Tensor weight, Tensor? bias, long stride, long padding)
    {
        if (!ConcernsOneDnn(input) || !MustFillUp)
        {
            return F.conv_transpose1d(input, weight, bias, stride, padding);
        }

        using var scope = NewDisposeScope();
        var whole = ChannelBlocks.Fill(input, weight, bias, StridedBlock, isTransposed: true);
        return whole.Cut(F.conv_transpose1d(whole.Input, whole.Weight, whole.Bias, stride, padding)).MoveToOuterDisposeScope();
    }

    private static bool ConcernsOneDnn(Tensor input) => input.device_type == DeviceType.CPU && input.dtype != ScalarType.Float64;

    /// <summary>Convolves small whole numbers, whose sums are exact in every type, as oneDNN does and in double precision, as it does not.</summary>
    /// <exception cref="NotSupportedException">Whole blocks do not help either.</exception>
    private static bool FillsUpWrongly()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var trials = new List<Trial>
        {
            new(8, ScalarType.Float32), new(24, ScalarType.Float32), new(40, ScalarType.Float32), new(8, ScalarType.BFloat16), new(40, ScalarType.BFloat16),
        };
        LibTorch.Nnpack.Enable(false);
        if (trials.TrueForAll(trial => trial.IsRight(1, 1)))
        {
            LibTorch.Nnpack.Enable(true);
            return false;
        }

        return trials.TrueForAll(trial => trial.IsRight(Block, StridedBlock))
            ? true
            : throw new NotSupportedException(
                "libtorch's convolutions give wrong results on this machine, also in whole blocks of channels. Set the environment variable "
                + "ONEDNN_MAX_CPU_ISA=SSE41 before the program starts, which takes slower but simpler ones, or use another machine.");
    }

    private sealed class Trial(int channels, ScalarType type)
    {
        private const int Batch = 2;

        // libtorch gives inputs of some 20,000 values or less to other kernels than oneDNN's.
        private readonly Tensor _image = Numbers(Batch, channels, Side(channels), Side(channels)), _weight = Numbers(channels, channels, 3, 3);
        private readonly Tensor _signal = Numbers(Batch, channels, Side(channels) * Side(channels)), _kernel = Numbers(channels, channels, 3);

        public bool IsRight(long block, long stridedBlock)
        {
            var image = ChannelBlocks.Fill(_image.to(type), _weight.to(type), null, block);
            var signal = ChannelBlocks.Fill(_signal.to(type), _kernel.to(type), null, stridedBlock, isTransposed: true);
            return AreEqual(image.Cut(F.conv2d(image.Input, image.Weight)), F.conv2d(_image, _weight))
                && AreEqual(signal.Cut(F.conv_transpose1d(signal.Input, signal.Weight, stride: 2)), F.conv_transpose1d(_signal, _kernel, stride: 2));
        }

        private static bool AreEqual(Tensor found, Tensor expected) =>
            found.to(ScalarType.Float64).contiguous().bytes.SequenceEqual(expected.bytes);

        private static long Side(int channels) => (long)Math.Ceiling(Math.Sqrt(24_000.0 / (Batch * channels)));

        // -1, 0 and 1 in an order that no two channels share.
        private static Tensor Numbers(params long[] shape) => tensor(
            [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (((long)i * i) + (i / 7)) % 3 - 1.0)], shape, ScalarType.Float64);
    }
}
