using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.T5;

/// <summary>T5's self-attention: no biases in the projections, scores not scaled.</summary>
internal sealed class T5Attention : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "q")]
    private readonly Linear _query;

    [ComponentName(Name = "k")]
    private readonly Linear _key;

    [ComponentName(Name = "v")]
    private readonly Linear _value;

    [ComponentName(Name = "o")]
    private readonly Linear _output;

    [ComponentName(Name = "relative_attention_bias")]
    private readonly Embedding? _relativeBias;

    private readonly T5Config _config;

    /// <param name="config">The encoder's settings.</param>
    /// <param name="hasRelativeBias">True in the first block, which holds the table for all.</param>
    /// <param name="placement">Where the parameters live.</param>
    public T5Attention(T5Config config, bool hasRelativeBias, Placement placement)
        : base(nameof(T5Attention))
    {
        var inner = config.NumHeads * config.HeadDim;
        _query = new Linear(config.ModelDim, inner, placement, bias: false);
        _key = new Linear(config.ModelDim, inner, placement, bias: false);
        _value = new Linear(config.ModelDim, inner, placement, bias: false);
        _output = new Linear(inner, config.ModelDim, placement, bias: false);
        _relativeBias = hasRelativeBias ? new Embedding(config.RelativeAttentionNumBuckets, config.NumHeads, placement) : null;
        _config = config;
        RegisterComponents();
    }

    /// <summary>What distance adds to the scores, [1, heads, tokens, tokens].</summary>
    public Tensor RelativeBias(long tokens)
    {
        if (_relativeBias is null)
        {
            throw new InvalidOperationException("Only the first block of a T5 encoder holds the relative position bias.");
        }

        using var scope = NewDisposeScope();
        var buckets = T5RelativeBias.Buckets(tokens, _config, _relativeBias.Weight.device);
        return _relativeBias.call(buckets).permute(2, 0, 1).unsqueeze(0).MoveToOuterDisposeScope();
    }

    public override Tensor forward(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var query = DotProductAttention.SplitHeads(_query.call(hidden), _config.NumHeads); // [batch, heads, tokens, dim]
        var key = DotProductAttention.SplitHeads(_key.call(hidden), _config.NumHeads);
        var value = DotProductAttention.SplitHeads(_value.call(hidden), _config.NumHeads);
        var attended = DotProductAttention.Attend(query, key, value, bias, scale: 1);
        return _output.call(DotProductAttention.MergeHeads(attended)).MoveToOuterDisposeScope();
    }
}
