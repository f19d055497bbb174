namespace Ddpo.Audio.Models.AudioLdm2;

/// <summary>One text as cross-attention reads it.</summary>
/// <param name="States">Vectors, [batch, tokens, features], in the model's precision.</param>
/// <param name="Bias">Added to the scores, [batch, 1, 1, tokens]; <see langword="null"/>: every token counts.</param>
internal sealed record TextStream(Tensor States, Tensor? Bias)
{
    // Enough to silence a token in any precision; fp16 could not hold much more.
    private const float Discard = -10000f;

    /// <summary>Brings the vectors to the model's precision and turns the mask (1 = attend, 0 = ignore) into a bias, once for all layers.</summary>
    public static TextStream Create(Tensor states, Tensor? mask, ScalarType dtype, Device device)
    {
        var bias = mask is null
            ? null
            : ((1 - mask.to(dtype, device)) * Discard).unsqueeze(1).unsqueeze(1);
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
internal sealed record TextConditioning(TextStream Gpt2, TextStream T5)
{
    public TextStream? this[TextStreamKind kind] => kind switch
    {
        TextStreamKind.Gpt2 => Gpt2,
        TextStreamKind.T5 => T5,
        _ => null,
    };
}
