using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>A RoBERTa layer: attention, then a feed-forward network, each normalised after its residual sum.</summary>
internal sealed class ClapTextLayer : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "attention")]
    private readonly ClapTextAttention _attention;

    [ComponentName(Name = "intermediate")]
    private readonly ClapTextIntermediate _intermediate;

    [ComponentName(Name = "output")]
    private readonly ClapTextOutput _output;

    public ClapTextLayer(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextLayer))
    {
        _attention = new ClapTextAttention(config, placement);
        _intermediate = new ClapTextIntermediate(config, placement);
        _output = new ClapTextOutput(config.IntermediateSize, config, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var attended = _attention.call(hidden, bias);
        return _output.call(_intermediate.call(attended), attended).MoveToOuterDisposeScope();
    }
}

/// <summary>The widening half of the feed-forward network. [..., hidden] to [..., intermediate].</summary>
internal sealed class ClapTextIntermediate : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    private readonly Func<Tensor, Tensor> _activation;

    public ClapTextIntermediate(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextIntermediate))
    {
        _dense = new Linear(config.HiddenSize, config.IntermediateSize, placement);
        _activation = Activation.Named(config.HiddenAct, "hidden_act");
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden)
    {
        using var wide = _dense.call(hidden);
        return _activation(wide);
    }
}

/// <summary>The stack of layers.</summary>
internal sealed class ClapTextEncoder : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "layer")]
    private readonly Modules.ModuleList<ClapTextLayer> _layers;

    public ClapTextEncoder(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextEncoder))
    {
        _layers = Repeated.Modules(config.NumHiddenLayers, _ => new ClapTextLayer(config, placement));
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        foreach (var layer in _layers)
        {
            hidden = layer.call(hidden, bias);
        }

        return hidden.MoveToOuterDisposeScope();
    }
}
