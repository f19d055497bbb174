using System.Globalization;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>EMOPIA_cls' <c>ShortChunkCNN_Res</c> after its mel filters: mel power [chunks, 1, bands, frames] to logits [chunks, classes].</summary>
internal sealed class ShortChunkResNet : nn.Module<Tensor, Tensor>
{
    private const int Depth = 7;

    [ComponentName(Name = "spec_bn")]
    private readonly BatchNorm _specNorm;

    private readonly ResidualBlock[] _layers;

    [ComponentName(Name = "dense1")]
    private readonly Linear _dense1;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm _norm;

    [ComponentName(Name = "dense2")]
    private readonly Linear _dense2;

    /// <param name="channels">What goes into the first block, and what comes out of each.</param>
    /// <param name="hidden">Width between the two dense layers.</param>
    /// <param name="classes">How many logits.</param>
    /// <param name="placement">Where and in which precision.</param>
    public ShortChunkResNet(IReadOnlyList<int> channels, int hidden, int classes, Placement placement)
        : base(nameof(ShortChunkResNet))
    {
        _specNorm = new BatchNorm(channels[0], placement);
        _layers = [.. channels.Zip(channels.Skip(1), (input, output) => new ResidualBlock(input, output, placement))];
        _dense1 = new Linear(channels[^1], hidden, placement);
        _norm = new BatchNorm(hidden, placement);
        _dense2 = new Linear(hidden, classes, placement);
        RegisterComponents();
        foreach (var (index, layer) in _layers.Index())
        {
            register_module(string.Create(CultureInfo.InvariantCulture, $"layer{index + 1}"), layer);
        }
    }

    /// <summary>A network of the sizes that a checkpoint's tensors have.</summary>
    /// <exception cref="CheckpointException">A tensor of the architecture is missing.</exception>
    public static ShortChunkResNet For(ITensorSource tensors, Placement placement)
    {
        int Size(string key, int dimension) =>
            tensors.Entries.TryGetValue(key, out var entry) && entry.Shape.Count > dimension
                ? checked((int)entry.Shape[dimension])
                : throw new CheckpointException(
                    $"'{tensors.Location}' is not a checkpoint of EMOPIA_cls' short-chunk ResNet: " +
                    $"expected '{key}' with {dimension + 1} dimensions or more, found {tensors.Entries.Count} tensors without it.");

        int[] channels = [Size("layer1.conv_1.weight", 1), .. Enumerable.Range(1, Depth).Select(layer => Size($"layer{layer}.conv_1.weight", 0))];
        return new(channels, Size("dense1.weight", 0), Size("dense2.weight", 0), placement);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _specNorm.call(LogMel.ToDecibels(input));
        foreach (var layer in _layers)
        {
            x = layer.call(x); // half the bands, half the frames
        }

        var (largest, _) = x.flatten(2).max(-1); // [chunks, channels, 1, frames] to [chunks, channels]
        x = _dense1.call(largest);
        return _dense2.call(F.relu(_norm.call(x))).MoveToOuterDisposeScope();
    }

    /// <summary>Two convolutions beside one, each with batch norm; the first and the one beside it have a stride of 2.</summary>
    private sealed class ResidualBlock : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "conv_1")]
        private readonly Conv2d _conv1;

        [ComponentName(Name = "bn_1")]
        private readonly BatchNorm _norm1;

        [ComponentName(Name = "conv_2")]
        private readonly Conv2d _conv2;

        [ComponentName(Name = "bn_2")]
        private readonly BatchNorm _norm2;

        [ComponentName(Name = "conv_3")]
        private readonly Conv2d _shortcut;

        [ComponentName(Name = "bn_3")]
        private readonly BatchNorm _shortcutNorm;

        public ResidualBlock(int input, int output, Placement placement)
            : base(nameof(ResidualBlock))
        {
            _conv1 = new Conv2d(input, output, 3, placement, stride: 2, padding: 1);
            _norm1 = new BatchNorm(output, placement);
            _conv2 = new Conv2d(output, output, 3, placement, padding: 1);
            _norm2 = new BatchNorm(output, placement);
            _shortcut = new Conv2d(input, output, 3, placement, stride: 2, padding: 1);
            _shortcutNorm = new BatchNorm(output, placement);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var output = _norm2.call(_conv2.call(F.relu(_norm1.call(_conv1.call(input)))));
            return F.relu(output.Add(_shortcutNorm.call(_shortcut.call(input)))).MoveToOuterDisposeScope();
        }
    }
}
