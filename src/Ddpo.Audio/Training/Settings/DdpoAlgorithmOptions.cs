using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>
/// The settings of DDPO (Black et al. 2023, arXiv:2305.13301). Names in parentheses are ddpo-pytorch's, and so are the defaults.
/// </summary>
public sealed class DdpoAlgorithmOptions : PolicyGradientOptions
{
    /// <summary>Which of the paper's two estimators of the gradient is used; importance sampling by default.</summary>
    [EnumDataType(typeof(DdpoVariant))]
    public DdpoVariant Variant { get; set; }

    /// <summary>
    /// Normalises rewards by their prompt's own statistics (<c>per_prompt_stat_tracking</c>); <see langword="null"/> normalises by
    /// the epoch's. On by default.
    /// </summary>
    [ValidateObjectMembers]
    public PerPromptStatTrackingOptions? PerPromptStatTracking { get; set; } = new();
}

/// <summary>The two estimators of DDPO's gradient.</summary>
public enum DdpoVariant
{
    /// <summary>DDPO-IS: the clipped ratio of the new policy's probability to the old one's, which allows for several updates with an epoch's samples.</summary>
    ImportanceSampling,

    /// <summary>
    /// DDPO-SF: the advantage times the log-prob. Its gradient is that of importance sampling where the policy is still the one that sampled, and off by
    /// what an epoch's earlier updates changed after that: take one pass, and one update or few.
    /// </summary>
    ScoreFunction,
}

/// <summary>How rewards are remembered for each prompt.</summary>
public sealed class PerPromptStatTrackingOptions
{
    /// <summary>Rewards remembered for each prompt (<c>buffer_size</c>), at least 2; 16 by default.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; set; } = 16;

    /// <summary>Rewards that a prompt needs before its own statistics count (<c>min_count</c>), from 1 to the buffer's size; 16 by default.</summary>
    [Range(1, int.MaxValue)]
    public int MinCount { get; set; } = 16;
}
