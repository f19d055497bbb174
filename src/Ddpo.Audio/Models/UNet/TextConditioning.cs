using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.UNet;

/// <summary>One text as cross-attention reads it.</summary>
/// <param name="States">Vectors, [batch, tokens, features], in the model's precision.</param>
/// <param name="Bias">Added to the scores, [batch, 1, 1, tokens]; <see langword="null"/>: every token counts.</param>
internal sealed record TextStream(Tensor States, Tensor? Bias)
{
    /// <summary>Keeps what attentions make of it; <see langword="null"/>: it is made anew at every step, for weights may change in between.</summary>
    public TextProjections? Projections { get; init; }

    // Enough to silence a token in any precision; fp16 could not hold much more.
    private const float Discard = -10000f;

    /// <summary>Brings the vectors to the model's precision and turns the mask (1 = attend, 0 = ignore) into a bias, once for all layers.</summary>
    public static TextStream Create(Tensor states, Tensor? mask, Placement placement)
    {
        var (device, dtype) = placement;
        var bias = mask is null ? null : mask.to(dtype, device).SubtractFrom(1).Multiply(Discard).unsqueeze(1).unsqueeze(1);
        return new(states.to(dtype, device), bias);
    }
}

/// <summary>What a transformer of the UNet attends to besides the latents.</summary>
internal enum TextStreamKind
{
    /// <summary>Nothing: both of its attentions are self-attention.</summary>
    None,

    /// <summary>The vectors that GPT-2 generated.</summary>
    Gpt2,

    /// <summary>T5's hidden states.</summary>
    T5,
}

/// <summary>The two texts that condition the UNet.</summary>
/// <remarks>Made once for a prompt and used at every step. Its tensors belong to the scope it was made in.</remarks>
internal sealed record TextConditioning(TextStream Gpt2, TextStream T5) : IConditioning
{
    /// <param name="gpt2">What GPT-2 generated, [batch, tokens, features].</param>
    /// <param name="t5">T5's hidden states, [batch, tokens, features].</param>
    /// <param name="placement">The UNet's.</param>
    /// <param name="gpt2Mask">[batch, tokens], 1 = attend; <see langword="null"/>: all of them.</param>
    /// <param name="t5Mask">The same for T5.</param>
    public static TextConditioning Create(
        Tensor gpt2, Tensor t5, Placement placement, Tensor? gpt2Mask = null, Tensor? t5Mask = null) =>
        new(TextStream.Create(gpt2, gpt2Mask, placement), TextStream.Create(t5, t5Mask, placement));

    /// <summary>The same for steps between which no weight changes: attentions project it once.</summary>
    /// <param name="scope">Where keys and values live.</param>
    public TextConditioning ProjectedOnce(DisposeScope scope) => new(Gpt2 with { Projections = new(scope) }, T5 with { Projections = new(scope) });

    public TextStream? this[TextStreamKind kind] => kind switch
    {
        TextStreamKind.Gpt2 => Gpt2,
        TextStreamKind.T5 => T5,
        _ => null,
    };
}
