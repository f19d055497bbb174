using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The settings of RWR, reward-weighted regression (Black et al. 2023, the baseline of DDPO; jannerm/ddpo, <c>config/base.py</c>): the model is trained on its
/// own samples as on data, better ones weighing more, or the best alone.
/// </summary>
public sealed class RwrOptions : ForwardProcessOptions
{
    /// <summary>Initializes settings with the reference's defaults.</summary>
    public RwrOptions() => (SamplesPerPrompt, UpdatesPerEpoch, DrawsPerSample, Stratified) = (1, 5, 1, false);

    /// <summary>How much each sample weighs; by a softmax of the rewards by default.</summary>
    [EnumDataType(typeof(RwrWeighting))]
    public RwrWeighting Weighting { get; set; }

    /// <summary>
    /// τ of the softmax (<c>temperature</c>), above 0; 0.2 by default. It multiplies, as in the reference: weights go with exp(τ r), and larger is sharper.
    /// Rewards of a narrow range, such as CLAP's, need far more than the default.
    /// </summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double Temperature { get; set; } = 0.2;

    /// <summary>Whether the softmax is taken over each prompt's samples (<c>per_prompt_weights</c>) instead of the epoch's; off by default.</summary>
    public bool PerPromptWeights { get; set; }

    /// <summary>The share of each prompt's samples that <see cref="RwrWeighting.BestOfPrompt"/> keeps, above 0 and at most 1; 0.25 by default. At least one is kept.</summary>
    [Range(0d, 1d, MinimumIsExclusive = true)]
    public double BestShare { get; set; } = 0.25;

    /// <summary>The percentile of the epoch's rewards from which on <see cref="RwrWeighting.Percentile"/> keeps samples (<c>mask_param</c>), from 0 to below 100; 90 by default.</summary>
    [Range(0d, 100d, MaximumIsExclusive = true)]
    public double Percentile { get; set; } = 90;

    /// <summary>Whether weights compare a prompt's samples with each other.</summary>
    internal bool ComparesByPrompt => Weighting == RwrWeighting.BestOfPrompt || (Weighting == RwrWeighting.Softmax && PerPromptWeights);
}

/// <summary>How much a sample weighs in RWR.</summary>
public enum RwrWeighting
{
    /// <summary>softmax(τ r) times the number of samples: the mean weight is 1.</summary>
    Softmax,

    /// <summary>Sparse: the best share of each prompt's samples weigh the same, and the others nothing.</summary>
    BestOfPrompt,

    /// <summary>Sparse, as the reference's: samples at or above a percentile of the epoch's rewards weigh the same, and the others nothing.</summary>
    Percentile,
}
