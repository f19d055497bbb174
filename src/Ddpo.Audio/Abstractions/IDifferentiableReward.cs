using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>A reward that also says how its score would change with every sample of a clip: what direct-reward algorithms (DRaFT) learn from.</summary>
/// <remarks>
/// As <see cref="IRewardFunction"/>: it sees clips and prompts, never tensors, and computes on whatever thread and device it has; the gradient is
/// plain numbers. The chain rule is the trainer's.
/// </remarks>
[Experimental(ExperimentalApi.Tensors)]
public interface IDifferentiableReward : IRewardFunction
{
    /// <summary>
    /// Gets why no gradients can be had of this reward as it is loaded and set, such as a model in ONNX, as a sentence without its full stop;
    /// <see langword="null"/>, the default, when they can.
    /// </summary>
    string? GradientProblem => null;

    /// <summary>Scores each clip as <see cref="IRewardFunction.ScoreAsync"/> does, and differentiates the score.</summary>
    /// <param name="clips">The clips, mono.</param>
    /// <param name="prompts">One prompt for each clip, in the same order.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One for each clip, in the same order.</returns>
    /// <exception cref="NotSupportedException">There is a <see cref="GradientProblem"/>.</exception>
    Task<IReadOnlyList<ScoreGradient>> ScoreWithGradientAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default);
}

/// <summary>A score and its gradient.</summary>
/// <param name="Score">The score, as <see cref="IRewardFunction.ScoreAsync"/> gives it.</param>
/// <param name="Gradient">The derivative of the score with respect to each sample of the clip, as many as the clip has.</param>
[Experimental(ExperimentalApi.Tensors)]
public sealed record ScoreGradient(float Score, ReadOnlyMemory<float> Gradient);
