namespace Ddpo.Audio;

/// <summary>The ranks of a job cannot go on together: one is missing, has failed, or does something else. The message names it.</summary>
public sealed class CollectiveException : Exception
{
    /// <inheritdoc cref="CollectiveException"/>
    public CollectiveException()
    {
    }

    /// <inheritdoc cref="CollectiveException"/>
    public CollectiveException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="CollectiveException"/>
    public CollectiveException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
