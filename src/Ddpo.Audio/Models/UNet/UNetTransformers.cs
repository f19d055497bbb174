using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>The transformers behind every resnet of one block: for each resnet in turn, one for each entry of <c>cross_attention_dim</c>.</summary>
internal sealed class UNetTransformers
{
    // Entries up to this one attend to GPT-2's vectors, later ones to T5's.
    private const int LastGpt2Entry = 1;

    private readonly TextStreamKind[] _kinds;

    /// <param name="resnets">How many resnets have transformers behind them.</param>
    /// <param name="channels">Channels of the block.</param>
    /// <param name="widths">The block's entry of <c>cross_attention_dim</c>.</param>
    /// <param name="shape">What the transformers have in common.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    public UNetTransformers(int resnets, long channels, TextWidths widths, TransformerShape shape, Placement placement)
    {
        _kinds = [.. widths.Entries.Select(Kind)];
        var entries = widths.Entries;
        Modules = Repeated.Modules(
            checked(resnets * entries.Count), index => new Transformer2DModel(channels, entries[index % entries.Count], shape, placement));
    }

    /// <summary>For registration under the block's key <c>attentions</c>.</summary>
    public Modules.ModuleList<Transformer2DModel> Modules { get; }

    /// <summary>Applies the transformers behind resnet <paramref name="index"/>, and frees what went in. The result belongs to the current scope.</summary>
    public Tensor Apply(int index, Tensor hidden, TextConditioning text)
    {
        for (var entry = 0; entry < _kinds.Length; entry++)
        {
            using var previous = hidden;
            hidden = Modules[(index * _kinds.Length) + entry].call(previous, text[_kinds[entry]]);
        }

        return hidden;
    }

    private static TextStreamKind Kind(long? width, int entry) =>
        width is null ? TextStreamKind.None : entry <= LastGpt2Entry ? TextStreamKind.Gpt2 : TextStreamKind.T5;
}
