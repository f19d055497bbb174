using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The settings of AWM, advantage-weighted matching (arXiv:2509.25050), for models that predict noise: a policy gradient whose log-prob is minus the mean
/// of (e − ε)². Defaults are those of scxue/advantage_weighted_matching.
/// </summary>
public sealed class AwmOptions : OldPolicyOptions
{
    /// <summary>Initializes settings with the reference's defaults.</summary>
    public AwmOptions() => (DrawsPerSample, KlWeight, OldPolicyDecay.Max) = (6, 1e-3, 0.3);

    /// <summary>The clipped ratio's distance from 1, above 0; 1 by default, which hardly ever clips: the pull to the old policy takes its place.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double ClipRange { get; set; } = 1;

    /// <summary>
    /// How strongly the policy is pulled to the old one (<c>ema_beta</c>), at least 0; 1 by default. The loss gets this times the mean of (e − e_old)² over
    /// the elements of the predicted noise e.
    /// </summary>
    [Range(0, float.MaxValue)]
    public double OldPolicyWeight { get; set; } = 1;
}
