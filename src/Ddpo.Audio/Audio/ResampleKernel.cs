using System.Collections.Concurrent;
using System.Numerics;

namespace Ddpo.Audio;

/// <summary>The filter taps between two rates: one set for each position of an output sample between input samples.</summary>
/// <remarks>Immutable and safe to share. Kernels are built once for each pair of rates and kept.</remarks>
internal sealed class ResampleKernel
{
    // 256 MB. Rates that people use have a common divisor; those of damaged files may ask for anything.
    private const long MostTaps = 1 << 25;

    private static readonly ConcurrentDictionary<(int From, int To, ResampleFilter Filter), ResampleKernel> s_kernels = new();

    private readonly int _from;
    private readonly int _to;
    private readonly ResampleFilter _filter;
    private readonly Phase[] _phases;

    private ResampleKernel(int from, int to, ResampleFilter filter)
    {
        (_from, _to, _filter) = (from, to, filter);
        _phases = new Phase[to];
        Func<double, int, int, Phase> taps = filter == ResampleFilter.SincHann ? SincHannTaps.At : KaiserBestTaps.At;
        for (var phase = 0; phase < to; phase++)
        {
            _phases[phase] = taps((double)phase * from / to, from, to);
        }
    }

    /// <summary>The kernel from one rate to another.</summary>
    /// <exception cref="NotSupportedException">It would need too much memory.</exception>
    public static ResampleKernel Get(int from, int to, ResampleFilter filter)
    {
        var divisor = (int)BigInteger.GreatestCommonDivisor(from, to);
        var taps = 2L * (filter == ResampleFilter.SincHann ? SincHannTaps.ZeroCrossings : KaiserBestTaps.ZeroCrossings) * Math.Max(from / divisor, to / divisor);
        if (taps > MostTaps)
        {
            throw new NotSupportedException(
                $"Resampling from {from} to {to} frames a second takes a filter of {taps} numbers; expected at most {MostTaps}: use rates with a common divisor, or lower ones.");
        }

        return s_kernels.GetOrAdd((from / divisor, to / divisor, filter), static key => new(key.From, key.To, key.Filter));
    }

    /// <summary>Resamples one channel. Beyond its ends the signal counts as zero.</summary>
    public float[] Apply(ReadOnlySpan<float> input)
    {
        var (length, filled) = OutputLength(input.Length);
        var output = new float[length];
        for (int index = 0, block = 0; index < filled; block++)
        {
            for (var phase = 0; phase < _to && index < filled; phase++, index++)
            {
                output[index] = _phases[phase].Apply(input, block * _from);
            }
        }

        return output;
    }

    /// <summary>The same filter as one matrix [phases, width], for all phases at once.</summary>
    /// <param name="inputLength">Samples of the input.</param>
    public KernelMatrix ToMatrix(int inputLength)
    {
        var first = _phases.Min(phase => phase.Start);
        var width = _phases.Max(phase => phase.Start + phase.Taps.Length) - first;
        var taps = new double[_to * width];
        for (var phase = 0; phase < _to; phase++)
        {
            _phases[phase].Taps.CopyTo(taps, (phase * width) + _phases[phase].Start - first);
        }

        var (length, filled) = OutputLength(inputLength);
        var blocks = (filled + _to - 1) / _to;
        var end = ((blocks - 1) * _from) + first + width; // of what the last block reads
        return new KernelMatrix(taps, _to, width, _from, -first, Math.Max(0, end - inputLength), length, filled);
    }

    /// <summary>A kernel for whole signals.</summary>
    /// <param name="Taps">[phases, width], row-major.</param>
    /// <param name="Phases">Output samples of a block.</param>
    /// <param name="Width">Input samples that a block reads.</param>
    /// <param name="Step">Input samples from one block to the next.</param>
    /// <param name="Before">Zeros to put before the input.</param>
    /// <param name="After">Zeros to put after it.</param>
    /// <param name="Length">Samples of the result.</param>
    /// <param name="Filled">Those that are more than zeros at the end.</param>
    internal readonly record struct KernelMatrix(double[] Taps, int Phases, int Width, int Step, long Before, long After, int Length, int Filled);

    /// <summary>How many samples the result has, and how many of them are more than a zero at the end.</summary>
    private (int Length, int Filled) OutputLength(int inputLength)
    {
        var exact = (long)inputLength * _to;
        if (_filter == ResampleFilter.KaiserBest)
        {
            // resampy rounds down, and librosa fills up to what it gets by rounding up in floating point, one too many at times.
            return (checked((int)Math.Ceiling(inputLength * ((double)_to / _from))), checked((int)(exact / _from)));
        }

        var length = checked((int)((exact + _from - 1) / _from));
        return (length, length);
    }

    /// <summary>Taps for input samples <paramref name="Start"/>, Start + 1, ... after the block's first.</summary>
    /// <remarks>In double precision: what rounding adds in an empty band, a spectrogram in decibels shows.</remarks>
    internal readonly record struct Phase(int Start, double[] Taps)
    {
        public float Apply(ReadOnlySpan<float> input, int block)
        {
            var first = block + Start;
            var skip = Math.Max(0, -first);
            var count = Math.Min(Taps.Length, input.Length - first) - skip;
            return count <= 0 ? 0 : (float)Dot(input.Slice(first + skip, count), Taps.AsSpan(skip, count));
        }

        private static double Dot(ReadOnlySpan<float> samples, ReadOnlySpan<double> taps)
        {
            var sums = Vector<double>.Zero;
            var i = 0;
            for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(samples[i..]), out var low, out var high);
                sums += (low * new Vector<double>(taps[i..])) + (high * new Vector<double>(taps[(i + Vector<double>.Count)..]));
            }

            var sum = Vector.Sum(sums);
            for (; i < samples.Length; i++)
            {
                sum += samples[i] * taps[i];
            }

            return sum;
        }
    }
}
