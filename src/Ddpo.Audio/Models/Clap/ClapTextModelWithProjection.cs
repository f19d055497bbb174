using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>The text half of a ClapModel, which is all that conditions AudioLDM2. Ids and mask [batch, tokens] to [batch, projection].</summary>
internal sealed class ClapTextModelWithProjection : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "text_model")]
    private readonly ClapTextModel _textModel;

    [ComponentName(Name = "text_projection")]
    private readonly ClapProjectionLayer _textProjection;

    /// <summary>Takes the text half from a whole ClapModel's checkpoint.</summary>
    public static StateDictRules Rules { get; } = new()
    {
        Rename = static name =>
            name.StartsWith("audio_", StringComparison.Ordinal) || name.StartsWith("logit_scale_", StringComparison.Ordinal) ? null : name,
        MayBeMissing = ClapTextModel.MayBeMissing,
    };

    public ClapTextModelWithProjection(ClapTextConfig config, Placement placement)
        : base(nameof(ClapTextModelWithProjection))
    {
        _textModel = new ClapTextModel(config, placement);
        _textProjection = new ClapProjectionLayer(config.HiddenSize, config.ProjectionDim, config.ProjectionHiddenAct, placement);
        RegisterComponents();
    }

    /// <summary>The projected vectors, not normalised.</summary>
    public override Tensor forward(Tensor inputIds, Tensor attentionMask)
    {
        using var pooled = _textModel.call(inputIds, attentionMask);
        return _textProjection.call(pooled);
    }

    /// <summary>The projected vectors with an L2 norm of 1, [batch, projection].</summary>
    public Tensor GetTextFeatures(Tensor inputIds, Tensor attentionMask)
    {
        using var features = call(inputIds, attentionMask);
        return F.normalize(features, dim: -1);
    }
}
