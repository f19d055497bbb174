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

    /// <summary>Opens the folder's weights, those of a variant if there are any; the caller disposes them.</summary>
    /// <exception cref="CheckpointException">The folder or a weight file is missing or damaged.</exception>
    public static ITensorSource OpenWeights(string folder, string? variant = null)
    {
        ThrowIfMissing(folder);
        return FindWeights(folder, variant) is { } found
            ? CheckpointFile.Open(found)
            : throw new CheckpointException($"'{folder}' has no weights. Looked for {string.Join(", ", _weightFiles)}.");
    }

    /// <summary>The file that <see cref="OpenWeights"/> opens; null when the folder has none.</summary>
    public static string? FindWeights(string folder, string? variant = null) =>
        ChooseWeights(name => File.Exists(Path.Combine(folder, name)), variant) is { } name ? Path.Combine(folder, name) : null;

    /// <summary>The first of the usual files that a folder has; null when it has none.</summary>
    /// <param name="has">Whether it has a file.</param>
    /// <param name="variant">Which files come first, such as <c>fp16</c>.</param>
    public static string? ChooseWeights(Func<string, bool> has, string? variant) =>
        (variant is null ? _weightFiles : [.. VariantFiles(variant), .. _weightFiles]).FirstOrDefault(has);

    /// <summary>Whether a file has weights of a variant.</summary>
    public static bool IsOfVariant(string path, string variant) => VariantFiles(variant).Contains(Path.GetFileName(path));

    private static IEnumerable<string> VariantFiles(string variant)
    {
        foreach (var (stem, end) in new[]
        {
            ("diffusion_pytorch_model", "safetensors"), ("model", "safetensors"), ("diffusion_pytorch_model", "bin"), ("pytorch_model", "bin"),
        })
        {
            yield return $"{stem}.{variant}.{end}";
            yield return $"{stem}.{end}.index.{variant}.json";
        }
    }

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
