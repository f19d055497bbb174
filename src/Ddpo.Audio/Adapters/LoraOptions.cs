using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio;

/// <summary>How a new LoRA adapter is made: y = W x + b + (alpha / rank) B A x, where only A and B are trained.</summary>
/// <remarks>
/// Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685). A starts from a normal distribution with standard deviation
/// 1 / rank and B at zero, as in diffusers and peft, so a new adapter changes nothing. The weights are fp32 whatever the
/// model's precision. Not thread-safe; read once, when the adapter is made.
/// </remarks>
public sealed class LoraOptions
{
    /// <summary>Rows of A and columns of B, from 1 up. More can express more and costs memory. Default 4.</summary>
    [Range(1, int.MaxValue)]
    public int Rank { get; set; } = 4;

    /// <summary>
    /// Numerator of the adapter's strength alpha / rank; positive. <see langword="null"/>, the default, takes
    /// <see cref="Rank"/>, which gives strength 1.
    /// </summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true, ErrorMessage = "expected a positive number, or null to take the rank.")]
    public float? Alpha { get; set; }

    /// <summary>The layers to adapt. Default <see cref="LoraTargets.All"/>.</summary>
    public LoraTargets Targets { get; set; } = LoraTargets.All;

    /// <summary>
    /// Seed of A's first values; the same seed gives the same values on every device. <see langword="null"/>, the default,
    /// derives it from the run's seed.
    /// </summary>
    public ulong? InitSeed { get; set; }

    /// <summary>
    /// A trained adapter to start from: a file, a folder with one, or a training run's folder; none by default. It must have the layers of
    /// <see cref="Targets"/>, and this <see cref="Rank"/>. A pull to the reference (<c>KlWeight</c>) is to the model without any adapter. A resumed run goes on from its own checkpoint.
    /// </summary>
    [MinLength(1, ErrorMessage = "expected a path, or null to start anew.")]
    public string? InitialWeights { get; set; }

    /// <summary>What is wrong with these settings.</summary>
    internal IEnumerable<SettingFailure> Check()
    {
        const string Group = "Lora";
        foreach (var failure in SettingAnnotations.Check(this, Group))
        {
            yield return failure;
        }

        if ((Targets & LoraTargets.Attentions) == 0 || (Targets & LoraTargets.Projections) == 0 || (Targets & ~LoraTargets.All) != 0)
        {
            yield return new(
                $"{nameof(Targets)} is {Targets}; combine at least one attention (FirstAttention, SecondAttention) with at least one "
                + "projection (Query, Key, Value, Output).",
                $"{Group}:{nameof(Targets)}");
        }
    }
}
