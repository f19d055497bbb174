namespace Ddpo.Audio;

/// <summary>
/// Which linear layers of the UNet get a LoRA pair: those whose attention <em>and</em> whose projection are selected.
/// </summary>
/// <remarks>Combine at least one of the two attentions with at least one of the four projections.</remarks>
[Flags]
public enum LoraTargets
{
    /// <summary>Nothing. Not a valid choice by itself.</summary>
    None = 0,

    /// <summary>The first attention of every transformer block (<c>attn1</c>), in which the latents attend to themselves.</summary>
    FirstAttention = 1,

    /// <summary>The second attention of every transformer block (<c>attn2</c>), in which the latents attend to a text, or again to themselves.</summary>
    SecondAttention = 2,

    /// <summary>The query projections, <c>to_q</c>.</summary>
    Query = 4,

    /// <summary>The key projections, <c>to_k</c>.</summary>
    Key = 8,

    /// <summary>The value projections, <c>to_v</c>.</summary>
    Value = 16,

    /// <summary>The output projections, <c>to_out.0</c>.</summary>
    Output = 32,

    /// <summary>Both attentions.</summary>
    Attentions = FirstAttention | SecondAttention,

    /// <summary>All four projections.</summary>
    Projections = Query | Key | Value | Output,

    /// <summary>Every attention layer of the UNet, as diffusers and ddpo-pytorch choose.</summary>
    All = Attentions | Projections,
}
