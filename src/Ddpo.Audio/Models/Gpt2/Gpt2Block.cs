using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Gpt2;

/// <summary>
/// Attention and feed-forward, each normalised before and added to its input. Takes [batch, tokens, n_embd], a bias of the
/// scores, and the cache of earlier positions or null.
/// </summary>
internal sealed class Gpt2Block : nn.Module<Tensor, Tensor, Gpt2LayerCache?, Tensor>
{
    [ComponentName(Name = "ln_1")]
    private readonly LayerNorm _norm1;

    [ComponentName(Name = "attn")]
    private readonly Gpt2Attention _attention;

    [ComponentName(Name = "ln_2")]
    private readonly LayerNorm _norm2;

    [ComponentName(Name = "mlp")]
    private readonly Gpt2FeedForward _feedForward;

    public Gpt2Block(Gpt2Config config, int index, Placement placement)
        : base(nameof(Gpt2Block))
    {
        _norm1 = new LayerNorm(config.ModelDim, config.LayerNormEpsilon, placement);
        _attention = new Gpt2Attention(config, index, placement);
        _norm2 = new LayerNorm(config.ModelDim, config.LayerNormEpsilon, placement);
        _feedForward = new Gpt2FeedForward(config, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor bias, Gpt2LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        hidden = hidden.Add(_attention.call(_norm1.call(hidden), bias, cache));
        return hidden.Add(_feedForward.call(_norm2.call(hidden))).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention of the given positions over themselves and the cached ones.</summary>
internal sealed class Gpt2Attention : nn.Module<Tensor, Tensor, Gpt2LayerCache?, Tensor>
{
    [ComponentName(Name = "c_attn")]
    private readonly Gpt2Linear _queryKeyValue;

    [ComponentName(Name = "c_proj")]
    private readonly Gpt2Linear _output;

    private readonly long _heads;
    private readonly double _scale;

    public Gpt2Attention(Gpt2Config config, int index, Placement placement)
        : base(nameof(Gpt2Attention))
    {
        _queryKeyValue = new Gpt2Linear(config.ModelDim, 3L * config.ModelDim, placement);
        _output = new Gpt2Linear(config.ModelDim, config.ModelDim, placement);
        _heads = config.NumHeads;
        var scale = DotProductAttention.ScaleFor(config.ModelDim, config.NumHeads);
        _scale = (config.ScaleAttnWeights ? scale : 1) / (config.ScaleAttnByInverseLayerIdx ? index + 1 : 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, Tensor bias, Gpt2LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        var parts = _queryKeyValue.call(hidden).chunk(3, -1);
        var query = DotProductAttention.SplitHeads(parts[0], _heads); // [batch, heads, tokens, dim]
        var key = DotProductAttention.SplitHeads(parts[1], _heads);
        var value = DotProductAttention.SplitHeads(parts[2], _heads);
        if (cache is not null)
        {
            (key, value) = cache.Append(key, value); // [batch, heads, tokens so far, dim]
        }

        var attended = DotProductAttention.Attend(query, key, value, bias, _scale);
        return _output.call(DotProductAttention.MergeHeads(attended)).MoveToOuterDisposeScope();
    }
}

/// <summary>W₂ act(W₁ x).</summary>
internal sealed class Gpt2FeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "c_fc")]
    private readonly Gpt2Linear _wide;

    [ComponentName(Name = "c_proj")]
    private readonly Gpt2Linear _output;

    private readonly Func<Tensor, Tensor> _activation;

    public Gpt2FeedForward(Gpt2Config config, Placement placement)
        : base(nameof(Gpt2FeedForward))
    {
        var inner = config.InnerDim ?? 4L * config.ModelDim;
        _wide = new Gpt2Linear(config.ModelDim, inner, placement);
        _output = new Gpt2Linear(inner, config.ModelDim, placement);
        _activation = Activation.Named(config.ActivationFunction, "activation_function");
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _output.call(_activation(_wide.call(hidden))).MoveToOuterDisposeScope();
    }
}
