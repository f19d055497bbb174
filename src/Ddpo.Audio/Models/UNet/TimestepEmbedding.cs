using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Sines and cosines of the timestep at geometrically spaced frequencies, in fp32.</summary>
internal sealed class SinusoidalTimesteps : IDisposable
{
    private const double MaxPeriod = 10000;

    private readonly Tensor _frequencies;
    private readonly bool _cosineFirst;
    private readonly bool _isOdd;

    /// <param name="channels">Features of the result.</param>
    /// <param name="cosineFirst">Cosines before sines (<c>flip_sin_to_cos</c>).</param>
    /// <param name="frequencyShift">Subtracted from the number of frequencies in the exponent's denominator.</param>
    /// <param name="placement">Where the frequencies are kept.</param>
    public SinusoidalTimesteps(long channels, bool cosineFirst, double frequencyShift, Placement placement)
    {
        using var scope = NewDisposeScope();
        var count = channels / 2;
        var exponents = TensorFactory.Range(0, count, ScalarType.Float32, placement.Device).Multiply(-Math.Log(MaxPeriod)).Divide(count - frequencyShift);
        _frequencies = placement.Keep(exponents.exp());
        _cosineFirst = cosineFirst;
        _isOdd = channels % 2 == 1;
    }

    /// <summary>[batch] to [batch, channels].</summary>
    public Tensor Embed(Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        var angles = timesteps.to(ScalarType.Float32, _frequencies.device).unsqueeze(-1) * _frequencies;
        var waves = _cosineFirst ? cat([angles.cos(), angles.sin()], -1) : cat([angles.sin(), angles.cos()], -1);
        return (_isOdd ? F.pad(waves, (0, 1)) : waves).MoveToOuterDisposeScope();
    }

    public void Dispose() => _frequencies.Dispose();
}

/// <summary>Two linear layers with a SiLU between them, from [batch, in] to [batch, out].</summary>
internal sealed class TimestepEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear_1")]
    private readonly Linear _linear1;

    [ComponentName(Name = "linear_2")]
    private readonly Linear _linear2;

    public TimestepEmbedding(long inFeatures, long outFeatures, Placement placement)
        : base(nameof(TimestepEmbedding))
    {
        _linear1 = new(inFeatures, outFeatures, placement);
        _linear2 = new(outFeatures, outFeatures, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _linear2.call(F.silu(_linear1.call(input))).MoveToOuterDisposeScope();
    }
}
