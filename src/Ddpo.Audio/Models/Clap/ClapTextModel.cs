using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>CLAP's text tower, a RoBERTa. Ids and mask [batch, tokens] (int64; mask 1 = text) to the pooled vector [batch, hidden].</summary>
internal sealed class ClapTextModel : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "embeddings")]
    private readonly ClapTextEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly ClapTextEncoder _encoder;

    [ComponentName(Name = "pooler")]
    private readonly ClapTextPooler _pooler;

    public ClapTextModel(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextModel))
    {
        _embeddings = new ClapTextEmbeddings(config, placement);
        _encoder = new ClapTextEncoder(config, placement);
        _pooler = new ClapTextPooler(config, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor inputIds, Tensor attentionMask)
    {
        using var scope = NewDisposeScope();
        var hidden = _embeddings.call(inputIds); // [batch, tokens, hidden]
        var bias = DotProductAttention.MaskBias(attentionMask, hidden.dtype);
        return _pooler.call(_encoder.call(hidden, bias)).MoveToOuterDisposeScope();
    }

    /// <summary>Model keys that a checkpoint may lack: index buffers that newer files no longer store.</summary>
    public static bool MayBeMissing(string key) =>
        key.EndsWith("embeddings.position_ids", StringComparison.Ordinal)
        || key.EndsWith("embeddings.token_type_ids", StringComparison.Ordinal);
}

/// <summary>tanh(W x) of the first token. [batch, tokens, hidden] to [batch, hidden].</summary>
internal sealed class ClapTextPooler : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    public ClapTextPooler(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextPooler))
    {
        _dense = new Linear(config.HiddenSize, config.HiddenSize, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _dense.call(hidden.select(1, 0)).tanh().MoveToOuterDisposeScope();
    }
}
