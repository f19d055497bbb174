using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Opens a file of tensors, whichever format its content is in.</summary>
internal static class CheckpointFile
{
    /// <summary>Opens the file; the caller disposes it.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or in none of the known formats.</exception>
    public static ITensorSource Open(string path) => SafetensorsFile.Open(path);
}
