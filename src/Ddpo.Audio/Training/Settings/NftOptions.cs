using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The settings of DiffusionNFT, negative-aware fine-tuning (arXiv:2509.16117), for models that predict noise. Defaults are those of NVlabs/DiffusionNFT.
/// </summary>
public sealed class NftOptions : OldPolicyOptions
{
    /// <summary>Initializes settings with the reference's defaults.</summary>
    public NftOptions() => (DrawsPerSample, MinTimestep, MaxTimestep, KlWeight) = (9, 0.02, 0.98, 1e-4);

    /// <summary>
    /// β, how far the positive and the negative policy lie from the old one: e± = e_old ± β (e − e_old); above 0, 1 by default. Smaller is faster and less
    /// stable (the reference takes 0.1, too).
    /// </summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double Beta { get; set; } = 1;

    /// <summary>
    /// How quickly an advantage A becomes an optimality of 0 or 1: clamp(scale · A / (2 AdvantageClip) + 0.5, 0, 1); above 0, 1 by default, as in the
    /// reference. Larger is a stronger contrast.
    /// </summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double OptimalityScale { get; set; } = 1;
}
