using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.T5;

/// <summary>T5's encoder. Ids and mask [batch, tokens] (int64; mask 1 = text) to hidden states [batch, tokens, d_model].</summary>
internal sealed class T5EncoderModel : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "shared")]
    private readonly Embedding _shared;

    [ComponentName(Name = "encoder")]
    private readonly T5Stack _encoder;

    /// <summary>The word table is one, under two names: a checkpoint holds either or both. A whole T5's decoder and word head are left out.</summary>
    public static StateDictRules Rules { get; } = new()
    {
        Rename = static name => name == "encoder.embed_tokens.weight" ? "shared.weight"
            : name == "lm_head.weight" || name.StartsWith("decoder.", StringComparison.Ordinal) ? null : name,
        MayBeMissing = static key => key == "encoder.embed_tokens.weight",
    };

    public T5EncoderModel(T5Config config, Placement placement)
        : base(nameof(T5EncoderModel))
    {
        _shared = new Embedding(config.VocabSize, config.ModelDim, placement);
        _encoder = new T5Stack(config, _shared, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor inputIds, Tensor attentionMask) => _encoder.call(inputIds, attentionMask);
}

/// <summary>The blocks between embedding and final normalisation.</summary>
internal sealed class T5Stack : nn.Module<Tensor, Tensor, Tensor>
{
    // The same table as the model's "shared".
    [ComponentName(Name = "embed_tokens")]
    private readonly Embedding _embedTokens;

    [ComponentName(Name = "block")]
    private readonly Modules.ModuleList<T5Block> _blocks;

    [ComponentName(Name = "final_layer_norm")]
    private readonly T5LayerNorm _finalNorm;

    public T5Stack(T5Config config, Embedding embedTokens, Placement placement)
        : base(nameof(T5Stack))
    {
        _embedTokens = embedTokens;
        _blocks = Repeated.Modules(config.NumLayers, i => new T5Block(config, hasRelativeBias: i == 0, placement));
        _finalNorm = new T5LayerNorm(config.ModelDim, config.LayerNormEpsilon, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor inputIds, Tensor attentionMask)
    {
        using var scope = NewDisposeScope();
        var hidden = _embedTokens.call(inputIds); // [batch, tokens, d_model]
        var bias = _blocks[0].RelativeBias(inputIds.shape[1]) // computed once, shared by all blocks
            .Add(DotProductAttention.MaskBias(attentionMask, hidden.dtype)); // [batch, heads, tokens, tokens]
        foreach (var block in _blocks)
        {
            hidden = block.call(hidden, bias);
        }

        return _finalNorm.call(hidden).MoveToOuterDisposeScope();
    }
}
