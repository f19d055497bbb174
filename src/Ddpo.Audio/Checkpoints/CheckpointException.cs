namespace Ddpo.Audio;

/// <summary>A model or adapter file is missing, damaged, or not what was expected. The message says what, where and what to do.</summary>
public sealed class CheckpointException : IOException
{
    /// <inheritdoc cref="CheckpointException"/>
    public CheckpointException()
    {
    }

    /// <inheritdoc cref="CheckpointException"/>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="CheckpointException"/>
    public CheckpointException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
