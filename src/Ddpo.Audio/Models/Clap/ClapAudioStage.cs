using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>Swin blocks at one resolution, then patch merging unless it is the last. [batch, size · size, dim] to [batch, size · size / 4, 2 dim].</summary>
internal sealed class ClapAudioStage : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "blocks")]
    private readonly Modules.ModuleList<ClapAudioLayer> _blocks;

    [ComponentName(Name = "downsample")]
    private readonly ClapAudioPatchMerging? _downsample;

    /// <param name="index">Which stage, from 0.</param>
    /// <param name="config">The tower's configuration.</param>
    /// <param name="placement">Where the parameters live.</param>
    public ClapAudioStage(int index, ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioStage))
    {
        var dim = (long)config.PatchEmbedsHiddenSize << index;
        var size = config.GridSize >> index;
        var heads = config.NumAttentionHeads[index];
        _blocks = Repeated.Modules(
            config.Depths[index], block => new ClapAudioLayer(dim, heads, size, isShifted: block % 2 == 1, config, placement));
        _downsample = index < config.Depths.Count - 1 ? new ClapAudioPatchMerging(dim, size, placement) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = input;
        foreach (var block in _blocks)
        {
            hidden = block.call(hidden);
        }

        return (_downsample is null ? hidden : _downsample.call(hidden)).MoveToOuterDisposeScope();
    }
}

/// <summary>Joins each square of four tokens into one. [batch, size · size, dim] to [batch, size · size / 4, 2 dim].</summary>
internal sealed class ClapAudioPatchMerging : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "reduction")]
    private readonly Linear _reduction;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    private readonly int _size;

    public ClapAudioPatchMerging(long dim, int size, Placement placement)
        : base(nameof(ClapAudioPatchMerging))
    {
        _reduction = new Linear(4 * dim, 2 * dim, placement, bias: false);
        _norm = new LayerNorm(4 * dim, ClapAudioConfig.OuterLayerNormEps, placement);
        _size = size;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (half, dim) = (_size / 2, input.shape[2]);
        var squares = input.reshape(-1, half, 2, half, 2, dim) // batch, rows, row parity, columns, column parity, dim
            .permute(0, 1, 3, 4, 2, 5)                         // the parities in the order 00, 10, 01, 11
            .reshape(-1, (long)half * half, 4 * dim);
        return _reduction.call(_norm.call(squares)).MoveToOuterDisposeScope();
    }
}
