using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime.Autograd;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Transformer blocks over the pixels of [batch, channels, height, width] as tokens, beside a shortcut.</summary>
internal sealed class Transformer2DModel : nn.Module<Tensor, TextStream?, Tensor>
{
    private const double NormEps = 1e-6;

    [ComponentName(Name = "norm")]
    private readonly GroupNorm _norm;

    [ComponentName(Name = "proj_in")]
    private readonly nn.Module<Tensor, Tensor> _projectIn;

    [ComponentName(Name = "transformer_blocks")]
    private readonly Modules.ModuleList<BasicTransformerBlock> _blocks;

    [ComponentName(Name = "proj_out")]
    private readonly nn.Module<Tensor, Tensor> _projectOut;

    private readonly bool _isLinear;

    /// <param name="channels">Channels of the image.</param>
    /// <param name="textChannels">Features of the text's vectors; <see langword="null"/>: two self-attentions in every block.</param>
    /// <param name="shape">Heads, blocks and kind of projections.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    public Transformer2DModel(long channels, long? textChannels, TransformerShape shape, Placement placement)
        : base(nameof(Transformer2DModel))
    {
        _isLinear = shape.LinearProjection;
        _norm = new(shape.NormGroups, channels, NormEps, placement);
        _projectIn = Projection(channels, placement);
        _blocks = Repeated.Modules(shape.Layers, _ => new BasicTransformerBlock(channels, textChannels, shape.Heads, placement));
        _projectOut = Projection(channels, placement);
        RegisterComponents();
    }

    /// <summary>Whether blocks are run again for their gradients: they keep most of what a UNet keeps for them, and resnets take more time for less.</summary>
    public bool GradientCheckpointing { get; set; }

    /// <param name="input">[batch, channels, height, width].</param>
    /// <param name="text">The text; <see langword="null"/> in a transformer built without one.</param>
    public override Tensor forward(Tensor input, TextStream? text)
    {
        using var scope = NewDisposeScope();
        var hidden = Enter(input); // [batch, pixels, channels]
        foreach (var block in _blocks)
        {
            using var previous = hidden;
            hidden = GradientCheckpointing && is_grad_enabled() ? GradientCheckpoint.Run(tokens => block.call(tokens, text), previous) : block.call(previous, text);
        }

        var projected = _projectOut.call(hidden);
        var pixels = _isLinear ? projected.transpose(1, 2) : projected; // [batch, channels, pixels]
        return input.flatten(2).Add(pixels).view(input.shape).MoveToOuterDisposeScope();
    }

    private Tensor Enter(Tensor image)
    {
        using var scope = NewDisposeScope();
        var normed = _norm.call(image);
        return _projectIn.call(_isLinear ? normed.flatten(2).transpose(1, 2).contiguous() : normed).MoveToOuterDisposeScope();
    }

    private nn.Module<Tensor, Tensor> Projection(long channels, Placement placement) =>
        _isLinear ? new Linear(channels, channels, placement) : new PixelProjection(channels, placement);
}

/// <summary>What the transformers of one block of the UNet have in common.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="Layers">Transformer blocks in each.</param>
/// <param name="NormGroups">Groups of the normalisation at the entry.</param>
/// <param name="LinearProjection">Projections are linear layers on tokens, not 1x1 convolutions on pixels.</param>
internal sealed record TransformerShape(long Heads, int Layers, long NormGroups, bool LinearProjection);
