using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>W2 (a * gelu(b)) with [a, b] = W1 x and four times the channels inside (GEGLU). Over [..., channels].</summary>
internal sealed class GatedFeedForward : nn.Module<Tensor, Tensor>
{
    private const long Expansion = 4;

    // So many tokens at a time: what is inside, eight times their size, then stays in the caches, and its memory is taken from the system once. With gradients,
    // too, where it saves nothing: a whole product differs in its last bits, and what is trained or recomputed must be what was sampled.
    private const long Piece = 2048;

    [ComponentName(Name = "net")]
    private readonly Layers _layers;

    public GatedFeedForward(long channels, Placement placement)
        : base(nameof(GatedFeedForward))
    {
        _layers = new(channels, channels * Expansion, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var tokens = input.flatten(0, -2);
        var pieces = Quotient(tokens.shape[0], Piece);
        if (input.device_type != DeviceType.CPU || pieces <= 1)
        {
            return _layers.call(input).MoveToOuterDisposeScope();
        }

        // Of nearly the same length: products of a few rows are made in another order.
        return cat([.. tokens.split(Quotient(tokens.shape[0], pieces)).Select(_layers.call)]).view(input.shape).MoveToOuterDisposeScope();
    }

    private static long Quotient(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    // The checkpoint numbers the layers; 1 is a dropout, which has no weights.
    private sealed class Layers : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "0")]
        private readonly Gate _gate;

        [ComponentName(Name = "2")]
        private readonly Linear _output;

        public Layers(long channels, long inner, Placement placement)
            : base(nameof(Layers))
        {
            _gate = new(channels, inner, placement);
            _output = new(inner, channels, placement);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var gated = _gate.call(input);
            return _output.call(gated);
        }
    }

    private sealed class Gate : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "proj")]
        private readonly Linear _projection;

        public Gate(long channels, long inner, Placement placement)
            : base(nameof(Gate))
        {
            _projection = new(channels, inner * 2, placement);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var halves = _projection.call(input).chunk(2, -1);
            var gate = F.gelu(halves[1]);
            return (is_grad_enabled() ? halves[0] * gate : gate.mul_(halves[0])).MoveToOuterDisposeScope();
        }
    }
}
