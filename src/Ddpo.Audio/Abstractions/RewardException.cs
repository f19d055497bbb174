namespace Ddpo.Audio;

/// <summary>A reward failed: it threw, or returned the wrong number of values or one that is not finite.</summary>
/// <remarks>The message names the reward and, where one is to blame, the sample and its prompt. Nothing was trained on it.</remarks>
public sealed class RewardException : Exception
{
    /// <inheritdoc cref="RewardException"/>
    public RewardException()
    {
    }

    /// <inheritdoc cref="RewardException"/>
    public RewardException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="RewardException"/>
    public RewardException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
