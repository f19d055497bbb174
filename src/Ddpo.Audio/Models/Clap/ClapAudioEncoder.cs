using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>HTS-AT: a Swin transformer over a log-mel spectrogram that is folded into a square image.</summary>
internal sealed class ClapAudioEncoder : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "patch_embed")]
    private readonly ClapAudioPatchEmbed _patchEmbed;

    [ComponentName(Name = "layers")]
    private readonly Modules.ModuleList<ClapAudioStage> _stages;

    [ComponentName(Name = "batch_norm")]
    private readonly BatchNorm _batchNorm;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    private readonly ClapAudioConfig _config;

    public ClapAudioEncoder(ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioEncoder))
    {
        config.Validate();
        _config = config;
        _patchEmbed = new ClapAudioPatchEmbed(config, placement);
        _stages = new([.. Enumerable.Range(0, config.Depths.Count).Select(index => new ClapAudioStage(index, config, placement))]);
        _batchNorm = new BatchNorm(config.NumMelBins, placement);
        _norm = new LayerNorm(config.OutputSize, ClapAudioConfig.OuterLayerNormEps, placement);
        RegisterComponents();
    }

    /// <summary>The Swin stages, in order.</summary>
    public IEnumerable<ClapAudioStage> Stages => _stages;

    /// <summary>[batch, 1, frames, mel bins] to the mean over all tokens, [batch, hidden].</summary>
    public override Tensor forward(Tensor inputFeatures)
    {
        using var tokens = Tokens(inputFeatures);
        return Pool(tokens);
    }

    /// <summary>[batch, 1, frames, mel bins] to the normalised tokens behind the last stage, [batch, tokens, hidden].</summary>
    public Tensor Tokens(Tensor inputFeatures)
    {
        using var scope = NewDisposeScope();
        var hidden = Embed(ToImage(Normalise(inputFeatures))); // [batch, grid², patch dim]
        foreach (var stage in _stages)
        {
            hidden = stage.call(hidden);
        }

        return NormaliseTokens(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Batch normalisation with the mel bins as channels; the shape stays.</summary>
    public Tensor Normalise(Tensor features)
    {
        using var scope = NewDisposeScope();
        return _batchNorm.call(features.transpose(1, 3)).transpose(1, 3).MoveToOuterDisposeScope();
    }

    /// <summary>Stretches the time axis to the image's area and stacks its parts along the frequency axis: [batch, 1, side, side].</summary>
    public Tensor ToImage(Tensor features)
    {
        using var scope = NewDisposeScope();
        var (frames, bins) = (features.shape[2], features.shape[3]);
        var (side, ratio) = ((long)_config.SpecSize, (long)_config.FrequencyRatio);
        if (frames > side * ratio || bins != _config.NumMelBins)
        {
            throw new ArgumentException(
                $"Expected log-mels of at most {side * ratio} frames of {_config.NumMelBins} bins, found {frames} of {bins}.",
                nameof(features));
        }

        if (frames < side * ratio)
        {
            features = F.interpolate(features, [side * ratio, bins], mode: InterpolationMode.Bicubic, align_corners: true);
        }

        return features.reshape(-1, ratio, side, bins) // batch, part, frame, bin
            .transpose(2, 3)
            .reshape(-1, 1, side, side)                // row = part · bins + bin, column = frame
            .MoveToOuterDisposeScope();
    }

    /// <summary>Patches as tokens, row by row: [batch, grid², patch dim].</summary>
    public Tensor Embed(Tensor image) => _patchEmbed.call(image);

    /// <summary>The layer norm behind the last stage.</summary>
    public Tensor NormaliseTokens(Tensor tokens) => _norm.call(tokens);

    /// <summary>The mean over all tokens: [batch, tokens, hidden] to [batch, hidden].</summary>
    public static Tensor Pool(Tensor tokens) => tokens.mean([1]);
}

/// <summary>One token a patch, row by row. [batch, 1, side, side] to [batch, grid², dim].</summary>
internal sealed class ClapAudioPatchEmbed : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "proj")]
    private readonly Conv2d _projection;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm? _norm;

    public ClapAudioPatchEmbed(ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioPatchEmbed))
    {
        var stride = config.PatchStride[0];
        _projection = new Conv2d(
            config.PatchEmbedInputChannels, config.PatchEmbedsHiddenSize, config.PatchSize, placement, stride,
            padding: (config.PatchSize - stride) / 2);
        _norm = config.EnablePatchLayerNorm
            ? new LayerNorm(config.PatchEmbedsHiddenSize, ClapAudioConfig.OuterLayerNormEps, placement)
            : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var tokens = _projection.call(image).flatten(2).transpose(1, 2);
        return (_norm is null ? tokens : _norm.call(tokens)).MoveToOuterDisposeScope();
    }
}
