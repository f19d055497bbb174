using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>Multi-head attention of [batch, tokens, channels] over itself or over a text.</summary>
internal sealed class UNetAttention : nn.Module<Tensor, TextStream?, Tensor>
{
    [ComponentName(Name = "to_q")]
    private readonly Linear _query;

    [ComponentName(Name = "to_k")]
    private readonly Linear _key;

    [ComponentName(Name = "to_v")]
    private readonly Linear _value;

    [ComponentName(Name = "to_out")]
    private readonly Modules.ModuleList<Linear> _output;

    private readonly long _heads;

    /// <param name="channels">Features of a token, in and out.</param>
    /// <param name="textChannels">Features of the text's vectors; <see langword="null"/>: self-attention.</param>
    /// <param name="heads">Number of heads; divides <paramref name="channels"/>.</param>
    /// <param name="placement">Device and precision of the parameters.</param>
    public UNetAttention(long channels, long? textChannels, long heads, Placement placement)
        : base(nameof(UNetAttention))
    {
        var sourceChannels = textChannels ?? channels;
        _query = new(channels, channels, placement, bias: false);
        _key = new(sourceChannels, channels, placement, bias: false);
        _value = new(sourceChannels, channels, placement, bias: false);
        _output = new(new Linear(channels, channels, placement));
        _heads = heads;
        RegisterComponents();
    }

    /// <param name="input">[batch, tokens, channels].</param>
    /// <param name="text">What to attend to; <see langword="null"/>: <paramref name="input"/> itself.</param>
    public override Tensor forward(Tensor input, TextStream? text)
    {
        using var mixed = Attend(input, text);
        return _output[0].call(mixed);
    }

    /// <summary>What the tokens take from each other or from the text, [batch, tokens, channels].</summary>
    private Tensor Attend(Tensor input, TextStream? text)
    {
        using var scope = NewDisposeScope();
        var query = SplitHeads(_query.call(input));
        var (key, value) = text?.Projections is { } kept ? kept.Of(this, () => Project(text.States)) : Project(text?.States ?? input);
        var mixed = F.scaled_dot_product_attention(query, key, value, text?.Bias); // [batch, heads, tokens, channels / heads]
        return mixed.transpose(1, 2).reshape(input.shape).MoveToOuterDisposeScope();
    }

    private (Tensor Key, Tensor Value) Project(Tensor source) => (SplitHeads(_key.call(source)), SplitHeads(_value.call(source)));

    // [batch, tokens, channels] to [batch, heads, tokens, channels / heads]
    private Tensor SplitHeads(Tensor tokens) =>
        tokens.view(tokens.shape[0], tokens.shape[1], _heads, -1).transpose(1, 2);
}
