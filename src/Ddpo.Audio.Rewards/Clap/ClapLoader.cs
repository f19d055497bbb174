using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Decides by what lies at a path how to load it.</summary>
internal static class ClapLoader
{
    /// <summary>What is reported to be loaded.</summary>
    public const string Component = "clap";

    /// <summary>Loads a laion_clap checkpoint, a transformers folder, or a folder with ONNX files; the caller disposes what it gets.</summary>
    /// <exception cref="CheckpointException">There is none of these, or a file is missing, damaged, or not what was expected.</exception>
    public static ClapParts Load(string path, ClapRewardOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw new CheckpointException(
                $"'{path}' is a file of one tower. Name the model's folder, which has {OnnxClap.AudioFile} and {OnnxClap.TextFile}.");
        }

        if (!Directory.Exists(path))
        {
            return LaionClap.Load(path, options, progress, cancellationToken);
        }

        if (ComponentFolder.FindWeights(path, options.Hub.Variant) is not null)
        {
            return HubClap.Load(path, options, progress, cancellationToken);
        }

        return OnnxClap.FindFiles(path) is { } onnxFolder
            ? OnnxClap.Load(path, onnxFolder, options, progress, cancellationToken)
            : throw new CheckpointException(
                $"'{path}' is no folder of a CLAP model: expected model.safetensors or pytorch_model.bin of a ClapModel, or " +
                $"{OnnxClap.AudioFile} and {OnnxClap.TextFile} (also in a folder 'onnx'). For a laion_clap checkpoint, name the .pt file itself.");
    }
}
