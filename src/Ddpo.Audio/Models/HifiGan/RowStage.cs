using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime.Ops.Rows;

namespace Ddpo.Audio.Models.HifiGan;

/// <summary>
/// A stage of the vocoder without gradients: up to its rate, then the mean of its residual blocks. Piece by piece of time, and all of a piece one after the
/// other, so that nothing between its convolutions leaves the core's own caches. Pieces overlap by as much as the blocks look to the sides.
/// </summary>
internal sealed class RowStage
{
    // With more the weights no longer fit into the caches either, and libtorch's convolutions are as fast (256) or faster (512).
    private const int MaxChannels = 128;

    // Farther, pieces would have more to do for each other than for themselves.
    private const int MaxReach = 512;

    private readonly ConvTranspose1d _upsampler;
    private readonly IReadOnlyList<HifiGanResidualBlock> _layers; // What the kernels point into.
    private readonly IReadOnlyList<RowKernel> _phases;
    private readonly IReadOnlyList<IReadOnlyList<(RowKernel Dilated, RowKernel Plain)>> _blocks;
    private readonly float _slope;
    private readonly int _reach;

    /// <summary>Of layers on the CPU, in fp32; they stay the caller's.</summary>
    /// <param name="upsampler">Up to the rate.</param>
    /// <param name="blocks">At least one.</param>
    /// <param name="slope">Of the activations.</param>
    public RowStage(ConvTranspose1d upsampler, IReadOnlyList<HifiGanResidualBlock> blocks, double slope)
    {
        _upsampler = upsampler;
        _layers = blocks;
        _phases = upsampler.Phases();
        _blocks = [.. blocks.Select(block => block.Kernels())];
        _slope = (float)slope;
        _reach = (int)blocks.Max(block => block.Reach);
    }

    /// <summary>
    /// Whether this is the faster way for an input [batch, channels, time]: of few channels, floats on a CPU with vectors of 512 bits, and no gradient is asked.
    /// </summary>
    public static bool Takes(Tensor input, IReadOnlyList<HifiGanResidualBlock> blocks) =>
        RowConvolution.IsSupported && input.device_type == DeviceType.CPU && input.dtype == ScalarType.Float32 && !input.requires_grad
        && input.shape[0] > 0 && input.shape[1] <= 2 * MaxChannels && blocks.Max(block => block.Reach) <= MaxReach;

    /// <summary>Computes.</summary>
    /// <param name="input">[batch, channels, time], of at least one clip.</param>
    /// <returns>[batch, channels / 2, rate time], contiguous.</returns>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var whole = input.contiguous();
        var (batch, time, channels) = ((int)input.shape[0], checked((int)_upsampler.LengthOf(input.shape[2])), _phases[0].Outputs);
        var output = empty([batch, channels, time], ScalarType.Float32, CPU);
        var (from, to) = (RowTensor.Of(whole), RowTensor.Of(output));
        TimePieces.Each(batch, time, channels, _reach, (clip, piece) => Piece(from[clip], to[clip], piece));
        GC.KeepAlive(_layers);
        return output.MoveToOuterDisposeScope();
    }

    private void Piece(Rows input, Rows output, Stretch piece)
    {
        using var memory = new RowMemory();
        var wide = piece.Without(-_reach);
        var whole = new Stretch(0, output.Stride).Since(wide.Start); // What is outside of the clip is zero.
        var (upsampled, sum, activated, inner) = (Take(), Take(), Take(), Take());
        Upsample(input, new Stretch(0, output.Stride).Within(wide), upsampled, wide.Start, inner, memory);
        for (var block = 0; block < _blocks.Count; block++)
        {
            for (var channel = 0; channel < output.Channels; channel++)
            {
                upsampled[channel].CopyTo(sum[channel]);
                Row.LeakyRelu(upsampled[channel], activated[channel], _slope);
            }

            Block(_blocks[block], new Stretch(0, wide.Length).Without(_reach - (int)_layers[block].Reach), whole, sum, activated, inner);
            Add(sum, piece.Since(wide.Start), output, piece, isFirst: block == 0, isLast: block == _blocks.Count - 1);
        }

        Rows Take() => memory.Take(output.Channels, wide.Length);
    }

    /// <summary>Fills rows that begin at <paramref name="start"/>, in the stage's time, with what is asked for, and zeros around it.</summary>
    private void Upsample(Rows input, Stretch asked, Rows upsampled, int start, Rows phaseRows, RowMemory memory)
    {
        var rate = _phases.Count;
        var reach = _phases.Max(phase => phase.Reach);
        var times = new Stretch(asked.Start / rate, ((asked.End - 1) / rate) + 1); // Of the input.
        var wide = times.Without(-reach);
        var there = new Stretch(0, input.Stride).Within(wide);
        var activated = memory.Take(input.Channels, wide.Length);
        for (var channel = 0; channel < input.Channels; channel++)
        {
            activated[channel].Clear();
            Row.LeakyRelu(input[channel][there.Start..there.End], activated[channel][(there.Start - wide.Start)..], _slope);
        }

        for (var channel = 0; channel < upsampled.Channels; channel++)
        {
            upsampled[channel].Clear();
        }

        for (var phase = 0; phase < rate; phase++)
        {
            RowConvolution.Run(_phases[phase], activated, reach, null, phaseRows, new(0, times.Length), 1);
            for (var channel = 0; channel < upsampled.Channels; channel++)
            {
                var from = phaseRows[channel];
                var to = upsampled[channel];
                for (int time = 0, place = (times.Start * rate) + phase; place < asked.End; time++, place += rate)
                {
                    if (place >= asked.Start)
                    {
                        to[place - start] = from[time];
                    }
                }
            }
        }
    }

    private void Block(
        IReadOnlyList<(RowKernel Dilated, RowKernel Plain)> pairs, Stretch stretch, Stretch whole, Rows sum, Rows activated, Rows inner)
    {
        foreach (var (dilated, plain) in pairs)
        {
            stretch = stretch.Without(dilated.Reach);
            Convolve(dilated, activated, null, inner);
            stretch = stretch.Without(plain.Reach);
            Convolve(plain, inner, sum, activated);
        }

        void Convolve(in RowKernel kernel, Rows from, Rows? added, Rows to)
        {
            var inside = stretch.Within(whole);
            RowConvolution.Run(kernel, from, inside.Start, added, to, inside, _slope);
            to.ClearOutside(stretch, inside);
        }
    }

    private void Add(Rows sum, Stretch there, Rows output, Stretch piece, bool isFirst, bool isLast)
    {
        for (var channel = 0; channel < output.Channels; channel++)
        {
            var mean = output[channel][piece.Start..piece.End];
            if (isFirst)
            {
                mean.Clear();
            }

            Row.AddAndDivide(sum[channel][there.Start..there.End], mean, isLast ? _blocks.Count : 1);
        }
    }
}
