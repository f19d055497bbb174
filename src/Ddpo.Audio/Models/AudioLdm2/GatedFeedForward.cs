using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.AudioLdm2;

/// <summary>W2 (a * gelu(b)) with [a, b] = W1 x and four times the channels inside (GEGLU). Over [..., channels].</summary>
internal sealed class GatedFeedForward : nn.Module<Tensor, Tensor>
{
    private const long Expansion = 4;

    [ComponentName(Name = "net")]
    private readonly Modules.ModuleList<nn.Module<Tensor, Tensor>> _layers;

    public GatedFeedForward(long channels, Placement placement)
        : base(nameof(GatedFeedForward))
    {
        // Index 1 is a dropout in the checkpoint's numbering; it has no weights.
        _layers = new(
            new Gate(channels, channels * Expansion, placement),
            nn.Identity(),
            new Linear(channels * Expansion, channels, placement));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _layers[2].call(_layers[0].call(input)).MoveToOuterDisposeScope();
    }

    private sealed class Gate : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "proj")]
        private readonly Linear _projection;

        public Gate(long inFeatures, long outFeatures, Placement placement)
            : base(nameof(Gate))
        {
            _projection = new(inFeatures, outFeatures * 2, placement);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var halves = _projection.call(input).chunk(2, -1);
            return (halves[0] * F.gelu(halves[1])).MoveToOuterDisposeScope();
        }
    }
}
