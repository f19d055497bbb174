namespace Ddpo.Audio;

/// <summary>Why a model could not be had from the hub.</summary>
public enum HubFailure
{
    /// <summary>Something else; the message says what the hub answered.</summary>
    Other,

    /// <summary>There is no such model, or it is private and the token does not open it.</summary>
    RepositoryNotFound,

    /// <summary>The model has no such branch, tag or commit.</summary>
    RevisionNotFound,

    /// <summary>The model lacks a file that is needed.</summary>
    FileNotFound,

    /// <summary>The model's owner has to let one in first.</summary>
    Gated,

    /// <summary>The token is not accepted.</summary>
    TokenRefused,

    /// <summary>Too many requests; waiting, as often as is reasonable, did not help.</summary>
    RateLimited,

    /// <summary>The hub answers with errors of its own, also when asked again.</summary>
    ServerError,

    /// <summary>The hub cannot be reached, or does not answer in time.</summary>
    Unreachable,

    /// <summary>Nothing may be downloaded, and a file is not in the cache.</summary>
    NotInCache,

    /// <summary>What arrived has another size or hash than the hub said. Nothing of it is kept.</summary>
    Damaged,

    /// <summary>The hub's answer cannot be used or is not safe to, such as a file's name that leads out of the model's folder.</summary>
    BadAnswer,

    /// <summary>The cache's folder cannot be written to.</summary>
    CacheNotWritable,
}
