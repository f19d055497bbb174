namespace Ddpo.Audio;

/// <summary>A reward that decides among labels, such as emotions, and scores a clip by how it decides.</summary>
/// <remarks>As <see cref="IRewardFunction"/>. An evaluation writes the labels and counts how often they agree.</remarks>
public interface IClassifierReward : IRewardFunction
{
    /// <summary>Gets the labels to decide among, in the order of <see cref="Classification.Values"/>.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Decides about each clip; <see cref="Classification.Score"/> is what <see cref="IRewardFunction.ScoreAsync"/> gives.</summary>
    /// <param name="clips">The clips, at whatever sampling rate they were made.</param>
    /// <param name="prompts">One prompt for each clip, in the same order.</param>
    /// <param name="cancellationToken">Stops the work; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>One decision for each clip, in the same order.</returns>
    Task<IReadOnlyList<Classification>> ClassifyAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default);
}

/// <summary>What a classifier heard in a clip.</summary>
/// <param name="Score">The clip's score for its prompt.</param>
/// <param name="Target">The label that the prompt asks for.</param>
/// <param name="Predicted">The label with the largest value.</param>
/// <param name="Values">The value of each label, in the order of <see cref="IClassifierReward.Labels"/>.</param>
public sealed record Classification(float Score, string Target, string Predicted, IReadOnlyList<float> Values);
