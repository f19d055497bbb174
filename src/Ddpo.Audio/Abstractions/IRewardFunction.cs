namespace Ddpo.Audio;

/// <summary>Scores generated audio. Higher is better; the scale is the reward's own.</summary>
/// <remarks>
/// <para>Rewards see audio and prompts, never tensors, so an implementation needs no reference to TorchSharp.</para>
/// <para>Thread-safety: the trainer never calls one instance twice at the same time, but may call it from any thread, and while
/// the pipeline and other rewards are at work. An implementation must not keep or change the arrays that it is given.</para>
/// <para>Ownership: whoever creates a reward disposes it; a trainer never does.</para>
/// </remarks>
public interface IRewardFunction
{
    /// <summary>Gets a short name for metrics and error messages, such as <c>clap_score</c>.</summary>
    string Name { get; }

    /// <summary>Gets what the column of its scores is called in an evaluation's tables; <c>score</c> by default.</summary>
    string ScoreColumn => "score";

    /// <summary>Scores each clip against its prompt.</summary>
    /// <param name="clips">The clips, at whatever sampling rate they were made; the reward resamples as it needs.</param>
    /// <param name="prompts">One prompt for each clip, in the same order.</param>
    /// <param name="cancellationToken">Stops the work; the call then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>One finite number for each clip, in the same order.</returns>
    Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default);
}
