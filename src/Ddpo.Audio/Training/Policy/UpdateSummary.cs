namespace Ddpo.Audio.Training.Policy;

/// <summary>What an epoch's update measured; see <see cref="DdpoEpoch"/>.</summary>
internal sealed record UpdateSummary(
    double Loss, double ApproxKl, double ClipFraction, double RatioMean, double OnPolicyRatioError, double GradientNorm, int Updates,
    int SkippedUpdates);
