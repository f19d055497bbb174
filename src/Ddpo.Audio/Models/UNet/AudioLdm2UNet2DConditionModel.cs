using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Predicts the noise in a latent, given the timestep and two encodings of the prompt: GPT-2's and T5's.</summary>
/// <remarks>Computes what diffusers' <c>AudioLDM2UNet2DConditionModel</c> does, with its state-dict keys.</remarks>
internal sealed class AudioLdm2UNet2DConditionModel : nn.Module
{
    [ComponentName(Name = "conv_in")]
    private readonly Conv2d _convIn;

    [ComponentName(Name = "time_embedding")]
    private readonly TimestepEmbedding _timeEmbedding;

    [ComponentName(Name = "down_blocks")]
    private readonly Modules.ModuleList<UNetDownBlock> _downBlocks;

    [ComponentName(Name = "up_blocks")]
    private readonly Modules.ModuleList<UNetUpBlock> _upBlocks;

    [ComponentName(Name = "mid_block")]
    private readonly UNetMidBlock _midBlock;

    [ComponentName(Name = "conv_norm_out")]
    private readonly GroupNorm _normOut;

    [ComponentName(Name = "conv_out")]
    private readonly Conv2d _convOut;

    private readonly SinusoidalTimesteps _timeProjection;

    /// <exception cref="CheckpointException">The configuration asks for something that is not supported.</exception>
    public AudioLdm2UNet2DConditionModel(AudioLdm2UNetConfig config, Placement placement)
        : base(nameof(AudioLdm2UNet2DConditionModel))
    {
        config.Validate();
        Config = config;
        Placement = placement;
        var outermost = config.BlockOutChannels[0];
        var blocks = Enumerable.Range(0, config.BlockOutChannels.Count);
        _convIn = new(config.InChannels, outermost, config.ConvInKernel, placement, padding: (config.ConvInKernel - 1) / 2);
        _timeProjection = new(outermost, config.FlipSinToCos, config.FreqShift, placement);
        _timeEmbedding = new(outermost, config.TimeChannels(), placement);
        _downBlocks = new([.. blocks.Select(block => new UNetDownBlock(config, block, placement))]);
        _upBlocks = new([.. blocks.Select(position => new UNetUpBlock(config, position, placement))]);
        _midBlock = new(config, placement);
        _normOut = new(config.NormNumGroups!.Value, outermost, config.NormEps, placement);
        _convOut = new(outermost, config.OutChannels, config.ConvOutKernel, placement, padding: (config.ConvOutKernel - 1) / 2);
        RegisterComponents();
    }

    public AudioLdm2UNetConfig Config { get; }

    public Placement Placement { get; }

    /// <summary>Whether the transformers' blocks are run again for their gradients, instead of keeping what these take.</summary>
    public bool GradientCheckpointing
    {
        set
        {
            foreach (var transformer in modules().OfType<Transformer2DModel>())
            {
                transformer.GradientCheckpointing = value;
            }
        }
    }

    /// <param name="sample">The noisy latent, [batch, in channels, height, width].</param>
    /// <param name="timestep">Of each sample, [batch], or one for all, [] or [1].</param>
    /// <param name="text">Both encodings of the prompts, each with <c>batch</c> rows.</param>
    /// <returns>The prediction, [batch, out channels, height, width], in the model's precision.</returns>
    public Tensor Forward(Tensor sample, Tensor timestep, TextConditioning text)
    {
        using var scope = NewDisposeScope();
        var waves = _timeProjection.Embed(timestep.reshape(-1).expand(sample.shape[0])).to(Placement.Dtype);
        var activatedTime = F.silu(_timeEmbedding.call(waves)); // [batch, time channels]

        var hidden = _convIn.call(sample.to(Placement.Dtype));
        var skips = new Stack<Tensor>([hidden]);
        foreach (var block in _downBlocks)
        {
            hidden = block.Forward(hidden, activatedTime, text, skips);
        }

        hidden = _midBlock.Forward(hidden, activatedTime, text);
        foreach (var block in _upBlocks)
        {
            hidden = block.Forward(hidden, activatedTime, text, skips);
        }

        return _convOut.call(_normOut.call(hidden).silu_()).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _timeProjection.Dispose();
        }

        base.Dispose(disposing);
    }
}
