namespace Ddpo.Audio;

#pragma warning disable CA1720 // The field's names for these formats.

/// <summary>The floating-point format of a model's weights and activations.</summary>
/// <remarks>Latents, log-probs, LoRA weights and optimizer state are 32-bit whatever the precision.</remarks>
public enum Precision
{
    /// <summary>32-bit floating point. The only choice for full fine-tuning.</summary>
    Float32,

    /// <summary>bfloat16: half the memory of <see cref="Float32"/>, its range, 8 bits of precision.</summary>
    BFloat16,

    /// <summary>IEEE half precision: half the memory of <see cref="Float32"/>, 11 bits of precision, range ±65504.</summary>
    Float16,
}
