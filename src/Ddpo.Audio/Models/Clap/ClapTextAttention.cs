using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>RoBERTa's attention with the residual sum and normalisation behind it. [batch, tokens, hidden] and a key bias.</summary>
internal sealed class ClapTextAttention : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly ClapTextSelfAttention _self;

    [ComponentName(Name = "output")]
    private readonly ClapTextOutput _output;

    public ClapTextAttention(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextAttention))
    {
        _self = new ClapTextSelfAttention(config, placement);
        _output = new ClapTextOutput(config.HiddenSize, config, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var attended = _self.call(hidden, bias);
        return _output.call(attended, hidden);
    }
}

/// <summary>Query, key and value projections and the attention itself.</summary>
internal sealed class ClapTextSelfAttention : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "query")]
    private readonly Linear _query;

    [ComponentName(Name = "key")]
    private readonly Linear _key;

    [ComponentName(Name = "value")]
    private readonly Linear _value;

    private readonly long _heads;
    private readonly double _scale;

    public ClapTextSelfAttention(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextSelfAttention))
    {
        _query = new Linear(config.HiddenSize, config.HiddenSize, placement);
        _key = new Linear(config.HiddenSize, config.HiddenSize, placement);
        _value = new Linear(config.HiddenSize, config.HiddenSize, placement);
        _heads = config.NumAttentionHeads;
        _scale = DotProductAttention.ScaleFor(config.HiddenSize, config.NumAttentionHeads);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var query = DotProductAttention.SplitHeads(_query.call(hidden), _heads); // [batch, heads, tokens, dim]
        var key = DotProductAttention.SplitHeads(_key.call(hidden), _heads);
        var value = DotProductAttention.SplitHeads(_value.call(hidden), _heads);
        var attended = DotProductAttention.Attend(query, key, value, bias, _scale);
        return DotProductAttention.MergeHeads(attended).MoveToOuterDisposeScope();
    }
}

/// <summary>norm(residual + W x): the end of both halves of a layer.</summary>
internal sealed class ClapTextOutput : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    public ClapTextOutput(long inFeatures, ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextOutput))
    {
        _dense = new Linear(inFeatures, config.HiddenSize, placement);
        _norm = new LayerNorm(config.HiddenSize, config.LayerNormEps, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor residual)
    {
        using var scope = NewDisposeScope();
        return _norm.call(_dense.call(input).Add(residual)).MoveToOuterDisposeScope();
    }
}
