using System.Text.Json.Nodes;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Session.Stopping;

namespace Ddpo.Audio.Training.Session;

/// <summary>What a run remembers from one epoch to the next, besides tensors. Noise, prompts and shuffles follow from seed and epoch.</summary>
/// <param name="Format">Of this record: <see cref="CurrentFormat"/>.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="SkippedInARow">Updates left out since the last one that was taken.</param>
/// <param name="Algorithm">What the algorithm remembers; see <see cref="ITrainingAlgorithm.SaveState"/>.</param>
/// <param name="RewardMoments">What running z-scores have seen, by reward.</param>
/// <param name="Best">The best validation round; <see langword="null"/> without one.</param>
/// <param name="Settings">What a run that goes on is compared with; see <see cref="RunSettings.ToCompare"/>.</param>
internal sealed record SessionState(
    int Format,
    int Epochs,
    ulong Seed,
    int SkippedInARow,
    JsonNode? Algorithm,
    IReadOnlyDictionary<string, RunningMoments> RewardMoments,
    BestRound? Best,
    JsonObject Settings)
{
    /// <summary>
    /// Since 3, an adapter may be an average, with the trained weights beside it, and there may be those of the best round. Since 4, an adapter has
    /// strength 1, with its exact values beside it where the run's is another.
    /// </summary>
    public const int CurrentFormat = 4;

    /// <summary>Before 2, the optimizer was saved by parameter, and DDPO's memory stood among the session's.</summary>
    public const int OldestFormat = 2;
}
