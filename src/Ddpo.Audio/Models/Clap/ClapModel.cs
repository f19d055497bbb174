using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>The towers of CLAP, both or one, with their projections into the space that text and audio share.</summary>
/// <remarks>Keys as in the hub's ClapModel.</remarks>
internal sealed class ClapModel : nn.Module
{
    [ComponentName(Name = "logit_scale_a")]
    private readonly Parameter _logitScaleAudio;

    [ComponentName(Name = "logit_scale_t")]
    private readonly Parameter _logitScaleText;

    [ComponentName(Name = "text_model")]
    private readonly ClapTextModel? _textModel;

    [ComponentName(Name = "text_projection")]
    private readonly ClapProjectionLayer? _textProjection;

    [ComponentName(Name = "audio_model")]
    private readonly ClapAudioModel? _audioModel;

    [ComponentName(Name = "audio_projection")]
    private readonly ClapProjectionLayer? _audioProjection;

    public ClapModel(ClapConfig config, Placement placement, ClapTowers towers = ClapTowers.Both)
        : base(nameof(ClapModel))
    {
        var scalePlacement = placement with { Dtype = ScalarType.Float32 };
        _logitScaleAudio = scalePlacement.Parameter();
        _logitScaleText = scalePlacement.Parameter();
        if (towers.HasFlag(ClapTowers.Text))
        {
            _textModel = new ClapTextModel(config.TextConfig, placement);
            _textProjection = Projection(config.TextConfig.HiddenSize);
        }

        if (towers.HasFlag(ClapTowers.Audio))
        {
            _audioModel = new ClapAudioModel(config.AudioConfig, placement);
            _audioProjection = Projection(config.AudioConfig.OutputSize);
        }

        RegisterComponents();

        ClapProjectionLayer Projection(long hidden) =>
            new(hidden, config.ProjectionDim, config.ProjectionHiddenAct, placement);
    }

    /// <summary>Reads the folder of a published checkpoint. All of its weights are compared with the settings, also those that are not read.</summary>
    /// <exception cref="CheckpointException">The folder is not that of a ClapModel.</exception>
    public static ClapModel Load(
        string folder,
        Placement placement,
        ClapTowers towers,
        IProgress<long>? bytes = null,
        string? variant = null,
        CancellationToken cancellationToken = default)
    {
        var config = ComponentFolder.ReadConfig<ClapConfig>(folder);
        using var source = ComponentFolder.OpenWeights(folder, variant);
        return ModelLoader.Load(
            source,
            placement,
            where => new ClapModel(config, where, towers),
            RulesOf(towers),
            bytes,
            where => new ClapModel(config, where),
            cancellationToken);
    }

    /// <summary>The audio tower, before the projection.</summary>
    public ClapAudioModel AudioModel => Made(_audioModel);

    /// <summary>Log-mels in dB [batch, 1, frames, mel bins] to vectors with an L2 norm of 1, [batch, projection].</summary>
    public Tensor GetAudioFeatures(Tensor inputFeatures)
    {
        using var scope = NewDisposeScope();
        return F.normalize(ProjectAudio(AudioModel.call(inputFeatures)), dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>Ids and mask [batch, tokens] to vectors with an L2 norm of 1, [batch, projection].</summary>
    public Tensor GetTextFeatures(Tensor inputIds, Tensor attentionMask)
    {
        using var scope = NewDisposeScope();
        var pooled = Made(_textModel).call(inputIds, attentionMask);
        return F.normalize(Made(_textProjection).call(pooled), dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>The audio tower's pooled vector in the shared space, not normalised.</summary>
    public Tensor ProjectAudio(Tensor pooled) => Made(_audioProjection).call(pooled);

    /// <summary>How a checkpoint may differ from the model.</summary>
    public static StateDictRules Rules { get; } = new() { MayBeMissing = MayBeMissing };

    /// <summary>Those of a model with only some towers.</summary>
    public static StateDictRules RulesOf(ClapTowers towers) => Rules with
    {
        IsLeftOut = key => (!towers.HasFlag(ClapTowers.Text) && key.StartsWith("text_", StringComparison.Ordinal))
            || (!towers.HasFlag(ClapTowers.Audio) && key.StartsWith("audio_", StringComparison.Ordinal)),
    };

    /// <summary>Model keys that a checkpoint may lack.</summary>
    public static bool MayBeMissing(string key) => ClapTextModel.MayBeMissing(key) || ClapAudioModel.MayBeMissing(key);

    private static T Made<T>(T? part)
        where T : nn.Module => part ?? throw new InvalidOperationException($"This CLAP was made without the tower of its {typeof(T).Name}.");
}
