namespace Ddpo.Audio;

/// <summary>A model could not be had from the hub. The message says what was asked, what came back, and what to do; never the token.</summary>
public sealed class HubException : IOException
{
    /// <inheritdoc cref="HubException"/>
    public HubException()
    {
    }

    /// <inheritdoc cref="HubException"/>
    public HubException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="HubException"/>
    public HubException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc cref="HubException"/>
    public HubException(HubFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Gets why; <see cref="HubFailure.Other"/> when that is not known.</summary>
    public HubFailure Failure { get; }
}
