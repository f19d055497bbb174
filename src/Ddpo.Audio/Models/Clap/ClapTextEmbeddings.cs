using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>RoBERTa's input: word + position + type vectors, normalised. Ids [batch, tokens] to [batch, tokens, hidden].</summary>
internal sealed class ClapTextEmbeddings : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "word_embeddings")]
    private readonly Embedding _words;

    [ComponentName(Name = "position_embeddings")]
    private readonly Embedding _positions;

    [ComponentName(Name = "token_type_embeddings")]
    private readonly Embedding _types;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    // Stored beside the weights by the reference; nothing reads them.
    [ComponentName(Name = "position_ids")]
    private readonly Tensor _positionIds;

    [ComponentName(Name = "token_type_ids")]
    private readonly Tensor _typeIds;

    private readonly long _pad;

    public ClapTextEmbeddings(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextEmbeddings))
    {
        _words = new Embedding(config.VocabSize, config.HiddenSize, placement);
        _positions = new Embedding(config.MaxPositionEmbeddings, config.HiddenSize, placement);
        _types = new Embedding(config.TypeVocabSize, config.HiddenSize, placement);
        _norm = new LayerNorm(config.HiddenSize, config.LayerNormEps, placement);
        _pad = config.PadTokenId;

        using var positions = TensorFactory.Range(0, config.MaxPositionEmbeddings, ScalarType.Int64, placement.Device);
        _positionIds = placement.Keep(positions.unsqueeze(0));
        _typeIds = placement.Keep(zeros(1, config.MaxPositionEmbeddings, ScalarType.Int64, placement.Device));
        RegisterComponents();
    }

    public override Tensor forward(Tensor inputIds)
    {
        // Positions start behind the padding id, and padding itself keeps that id.
        var maxTokens = _positions.Weight.shape[0] - _pad - 1;
        if (inputIds.shape[1] > maxTokens)
        {
            throw new ArgumentException(
                $"The text has {inputIds.shape[1]} tokens; this text encoder has positions for {maxTokens}.", nameof(inputIds));
        }

        using var scope = NewDisposeScope();
        var isText = inputIds.IsNotEqualTo(_pad).to(ScalarType.Int64);
        var positions = (isText.cumsum(1) * isText).Add(_pad);
        var type = _types.Weight.select(0, 0); // the only type the model is used with
        var sum = _words.call(inputIds).Add(type).Add(_positions.call(positions));
        return _norm.call(sum).MoveToOuterDisposeScope();
    }
}
