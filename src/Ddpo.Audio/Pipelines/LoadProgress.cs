namespace Ddpo.Audio;

/// <summary>How far the loading of a model or reward is.</summary>
/// <param name="Component">The component being read, such as <c>unet</c>; <c>clap</c> or <c>emopia</c> for those rewards.</param>
/// <param name="Bytes">Bytes of weights read so far, over all components.</param>
/// <param name="TotalBytes">Bytes of weights in all.</param>
public readonly record struct LoadProgress(string Component, long Bytes, long TotalBytes);
