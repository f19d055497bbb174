using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.T5;

/// <summary>Attention and feed-forward, each normalised before and added to its input. [batch, tokens, d_model] and a score bias.</summary>
internal sealed class T5Block : nn.Module<Tensor, Tensor, Tensor>
{
    // The checkpoint numbers the two halves: layer.0 attends, layer.1 feeds forward.
    [ComponentName(Name = "layer")]
    private readonly Modules.ModuleList<nn.Module> _layers;

    public T5Block(T5Config config, bool hasRelativeBias, Placement placement)
        : base(nameof(T5Block))
    {
        _layers = new(new T5AttentionLayer(config, hasRelativeBias, placement), new T5FeedForwardLayer(config, placement));
        RegisterComponents();
    }

    private T5AttentionLayer Attention => (T5AttentionLayer)_layers[0];

    private T5FeedForwardLayer FeedForward => (T5FeedForwardLayer)_layers[1];

    /// <summary>See <see cref="T5Attention.RelativeBias"/>.</summary>
    public Tensor RelativeBias(long tokens) => Attention.Attention.RelativeBias(tokens);

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        hidden = WithinHalfPrecision(Attention.call(hidden, bias));
        return WithinHalfPrecision(FeedForward.call(hidden)).MoveToOuterDisposeScope();
    }

    /// <summary>Takes infinities out of fp16 sums, a little below the highest number so that the next sum has room.</summary>
    private static Tensor WithinHalfPrecision(Tensor hidden)
    {
        if (hidden.dtype != ScalarType.Float16)
        {
            return hidden;
        }

        using var scope = NewDisposeScope();
        var highest = DotProductAttention.HighestFinite(ScalarType.Float16);
        var limit = hidden.isinf().any().to(ScalarType.Float16).Multiply(1000.0).SubtractFrom(highest); // stays on the device
        return hidden.clamp(-limit, limit).MoveToOuterDisposeScope();
    }
}

/// <summary>x + attention(norm(x)).</summary>
internal sealed class T5AttentionLayer : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "SelfAttention")]
    private readonly T5Attention _attention;

    [ComponentName(Name = "layer_norm")]
    private readonly T5LayerNorm _norm;

    public T5AttentionLayer(T5Config config, bool hasRelativeBias, Placement placement)
        : base(nameof(T5AttentionLayer))
    {
        _attention = new T5Attention(config, hasRelativeBias, placement);
        _norm = new T5LayerNorm(config.ModelDim, config.LayerNormEpsilon, placement);
        RegisterComponents();
    }

    public T5Attention Attention => _attention;

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return hidden.Add(_attention.call(_norm.call(hidden), bias)).MoveToOuterDisposeScope();
    }
}

/// <summary>x + feedForward(norm(x)).</summary>
internal sealed class T5FeedForwardLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "DenseReluDense")]
    private readonly T5FeedForward _feedForward;

    [ComponentName(Name = "layer_norm")]
    private readonly T5LayerNorm _norm;

    public T5FeedForwardLayer(T5Config config, Placement placement)
        : base(nameof(T5FeedForwardLayer))
    {
        _feedForward = new T5FeedForward(config, placement);
        _norm = new T5LayerNorm(config.ModelDim, config.LayerNormEpsilon, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return hidden.Add(_feedForward.call(_norm.call(hidden))).MoveToOuterDisposeScope();
    }
}
