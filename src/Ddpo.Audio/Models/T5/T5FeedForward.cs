using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.T5;

/// <summary>wo(act(wi x)), or with a gate wo(act(wi_0 x) · wi_1 x). [batch, tokens, d_model] to the same.</summary>
/// <remarks>In a half-precision (fp16) model "wo" stays fp32, since its sums overflow fp16; the output is fp32 then.</remarks>
internal sealed class T5FeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "wi")]
    private readonly Linear? _wide;

    [ComponentName(Name = "wi_0")]
    private readonly Linear? _gate;

    [ComponentName(Name = "wi_1")]
    private readonly Linear? _gated;

    [ComponentName(Name = "wo")]
    private readonly Linear _output;

    private readonly Func<Tensor, Tensor> _activation;

    public T5FeedForward(T5Config config, Placement placement)
        : base(nameof(T5FeedForward))
    {
        Linear Widen() => new(config.ModelDim, config.FeedForwardDim, placement, bias: false);
        _wide = config.IsGated ? null : Widen();
        _gate = config.IsGated ? Widen() : null;
        _gated = config.IsGated ? Widen() : null;
        var outputPlacement = placement.Dtype == ScalarType.Float16 ? placement with { Dtype = ScalarType.Float32 } : placement;
        _output = new Linear(config.FeedForwardDim, config.ModelDim, outputPlacement, bias: false);
        _activation = Activation.Named(config.ActivationName, "feed_forward_proj");
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var wide = _wide is not null
            ? _activation(_wide.call(hidden))
            : _activation(_gate!.call(hidden)) * _gated!.call(hidden);
        return _output.call(wide.to(_output.Weight.dtype)).MoveToOuterDisposeScope();
    }
}
