namespace Ddpo.Audio;

/// <summary>Makes vectors of a clip's windows, by which sets of clips are compared (<see cref="FrechetAudioDistance"/>, <see cref="KernelAudioDistance"/>).</summary>
/// <remarks>Implementations may be asked from several threads at once.</remarks>
public interface IAudioEmbedder
{
    /// <summary>Gets what makes the vectors, and of what windows, for the table beside every number: such as <c>CLAP music.pt, windows of 10 s every 1 s</c>.</summary>
    string Embedding { get; }

    /// <summary>Makes a vector for each window of a clip.</summary>
    /// <param name="clip">The clip, at any rate; not empty, and finite.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>At least one new array; all have one length.</returns>
    Task<IReadOnlyList<float[]>> EmbedWindowsAsync(AudioClip clip, CancellationToken cancellationToken = default);
}
