using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>ddpo-pytorch's advantages: rewards normalised by their prompt's running statistics, or by the epoch's.</summary>
/// <param name="tracking">How rewards are remembered; <see langword="null"/> normalises by the epoch's.</param>
internal sealed class PromptAdvantages(PerPromptStatTrackingOptions? tracking) : IAdvantageEstimator
{
    private PerPromptStatTracker? _tracker = NewTracker(tracking, null);

    public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts) =>
        _tracker?.Update([.. prompts.Select(prompt => prompt.Text)], rewards) ?? Global(rewards);

    public JsonNode? SaveState() => _tracker is null ? null : JsonSerializer.SerializeToNode(_tracker.Remembered);

    public void RestoreState(JsonNode? state) =>
        _tracker = NewTracker(tracking, state?.Deserialize<Dictionary<string, float[]>>());

    /// <summary>(r − mean) / (std + 1e-8) over the epoch, as ddpo-pytorch does without per-prompt tracking.</summary>
    public static float[] Global(IReadOnlyList<float> rewards)
    {
        var statistics = RewardStatistics.Of(rewards);
        return [.. rewards.Select(reward => Normalize(reward, statistics, 1e-8))];
    }

    /// <summary>(r − mean) / (std + epsilon); exactly 0 where all rewards are equal, lest rounding be taken for a direction.</summary>
    public static float Normalize(float reward, RewardStatistics statistics, double epsilon) =>
        PromptGroups.AreEqual(statistics, statistics) ? 0 : (float)((reward - statistics.Mean) / (statistics.Std + epsilon));

    private static PerPromptStatTracker? NewTracker(PerPromptStatTrackingOptions? tracking, IReadOnlyDictionary<string, float[]>? remembered) =>
        tracking is null ? null : new PerPromptStatTracker(tracking.BufferSize, tracking.MinCount, remembered);
}
