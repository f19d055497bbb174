using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>A Swin block: attention within (shifted) windows, then a feed-forward network. [batch, size · size, dim].</summary>
internal sealed class ClapAudioLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layernorm_before")]
    private readonly LayerNorm _normBefore;

    [ComponentName(Name = "attention")]
    private readonly ClapAudioAttention _attention;

    [ComponentName(Name = "layernorm_after")]
    private readonly LayerNorm _normAfter;

    [ComponentName(Name = "intermediate")]
    private readonly ClapAudioDense _intermediate;

    [ComponentName(Name = "output")]
    private readonly ClapAudioDense _output;

    private readonly Func<Tensor, Tensor> _activation;
    private readonly SwinWindows _windows;

    /// <param name="dim">Features of a token.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="size">Tokens along each side of the image.</param>
    /// <param name="isShifted">Whether the windows lie half a window further on, so that neighbours mix.</param>
    /// <param name="config">The tower's configuration.</param>
    /// <param name="placement">Where the parameters live.</param>
    public ClapAudioLayer(long dim, long heads, int size, bool isShifted, ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioLayer))
    {
        // One window that covers everything has no neighbours.
        var window = Math.Min(config.WindowSize, size);
        _windows = new SwinWindows(size, window, isShifted && size > window ? window / 2 : 0);
        _normBefore = new LayerNorm(dim, config.LayerNormEps, placement);
        _attention = new ClapAudioAttention(dim, heads, window, config, placement);
        _normAfter = new LayerNorm(dim, config.LayerNormEps, placement);
        var hidden = (long)(config.MlpRatio * dim);
        _intermediate = new ClapAudioDense(dim, hidden, placement);
        _output = new ClapAudioDense(hidden, dim, placement);
        _activation = Activation.Named(config.HiddenAct, "hidden_act");
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var windows = _windows.Partition(_normBefore.call(input)); // [batch, windows, window², dim]
        var attended = _windows.Merge(_attention.call(windows, _windows.Mask(input)));
        var hidden = input.Add(attended);
        return hidden.Add(_output.call(_activation(_intermediate.call(_normAfter.call(hidden))))).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        _windows.Dispose();
        base.Dispose(disposing);
    }
}
