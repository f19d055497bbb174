namespace Ddpo.Audio.Samples;

/// <summary>The model that clips are made with: a second one beside the container's, which is trained.</summary>
/// <remarks>
/// A pipeline does one thing at a time, and a trainer's adapter is on its UNet for as long as the trainer lives. With one pipeline, a clip
/// made during a run would wait for a batch of samples or a whole update, and would be played with the half-trained adapter, whatever
/// was chosen. With two, what is heard is what was chosen, and neither waits for the other. It costs the model's memory a second
/// time (20 MB for the musicbox); with a large model on one GPU, refuse clips during a run instead.
/// </remarks>
internal static class Player
{
    /// <summary>The key of its provider.</summary>
    public const string Key = "player";
}
