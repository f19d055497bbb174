namespace Ddpo.Audio.Checkpoints;

/// <summary>A folder of one model: weights in any of the usual files, and settings in JSON.</summary>
internal static class ComponentFolder
{
    // In order of preference: safetensors before pickles, full precision before half.
    private static readonly string[] _weightFiles =
    [
        "diffusion_pytorch_model.safetensors",
        "diffusion_pytorch_model.safetensors.index.json",
        "model.safetensors",
        "model.safetensors.index.json",
        "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.bin.index.json",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
        "diffusion_pytorch_model.fp16.safetensors",
        "diffusion_pytorch_model.safetensors.index.fp16.json",
        "model.fp16.safetensors",
        "model.safetensors.index.fp16.json",
        "diffusion_pytorch_model.fp16.bin",
        "pytorch_model.fp16.bin",
    ];

    /// <summary>Opens the folder's weights; the caller disposes them.</summary>
    /// <exception cref="CheckpointException">The folder or a weight file is missing or damaged.</exception>
    public static ITensorSource OpenWeights(string folder)
    {
        ThrowIfMissing(folder);
        return FindWeights(folder) is { } found
            ? CheckpointFile.Open(found)
            : throw new CheckpointException($"'{folder}' has no weights. Looked for {string.Join(", ", _weightFiles)}.");
    }

    /// <summary>The file that <see cref="OpenWeights"/> opens; null when the folder has none.</summary>
    public static string? FindWeights(string folder) =>
        _weightFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Reads a JSON file of the folder into a record whose properties are the file's names in PascalCase.</summary>
    /// <exception cref="CheckpointException">The folder or file is missing, or a value has the wrong type or is not finite in 32 bits.</exception>
    public static T ReadConfig<T>(string folder, string fileName = "config.json")
    {
        ThrowIfMissing(folder);
        return CheckpointJson.Read<T>(Path.Combine(folder, fileName), CheckpointJson.OfModels);
    }

    private static void ThrowIfMissing(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"There is no folder '{folder}'. Check the path, or download the model.");
        }
    }
}
