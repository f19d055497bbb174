using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Rewards;

namespace Ddpo.Audio.Training.Runs;

/// <summary>What a trainer remembers from one epoch to the next, besides tensors. Noise, prompts and shuffles follow from seed and epoch.</summary>
/// <param name="Epochs">Epochs done.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="SkippedInARow">Updates left out since the last one that was taken.</param>
/// <param name="PromptRewards">The rewards that are remembered for each prompt, oldest first; <see langword="null"/> without tracking.</param>
/// <param name="RewardMoments">What running z-scores have seen, by reward.</param>
/// <param name="Settings">What a run that goes on is compared with; see <see cref="RunSettings.ToCompare"/>.</param>
internal sealed record TrainerState(
    int Epochs,
    ulong Seed,
    int SkippedInARow,
    IReadOnlyDictionary<string, float[]>? PromptRewards,
    IReadOnlyDictionary<string, RunningMoments> RewardMoments,
    JsonObject Settings);
