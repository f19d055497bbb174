using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Adapters;

/// <summary>Reads adapters in every format that diffusers, peft, trl and ddpo-pytorch have written, and writes the current one.</summary>
internal static class LoraFile
{
    /// <summary>The file that <see cref="Write"/> makes, as diffusers' <c>load_lora_weights</c> expects it.</summary>
    public const string FileName = "pytorch_lora_weights.safetensors";

    /// <summary>The names of files that may be one, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [FileName, "adapter_model.safetensors", "pytorch_lora_weights.bin", "adapter_model.bin"];

    /// <summary>
    /// Reads a file, or the first of the known names in a folder; of a run's folder, in that of its best weights, or else in its newest checkpoint. Other
    /// files there are ignored.
    /// </summary>
    /// <exception cref="CheckpointException">There is no adapter, or it is damaged or of an unknown or mixed format.</exception>
    public static LoraWeights Read(string path)
    {
        var file = Directory.Exists(path) ? FindIn(path) : path;
        using var source = CheckpointFile.Open(file);
        var config = FormatOf(source) == LoraFormat.PeftAdapter ? PeftConfig.Beside(file) : PeftConfig.InHeaderOf(source);
        return LoraFileReader.Read(source, config);
    }

    /// <summary>
    /// Writes <see cref="FileName"/> into an existing folder, whole or not at all, and returns its path. B is multiplied by the strength, which is 1
    /// in the file: diffusers takes a file's alpha by its header since 0.34, and before that has no way to be told.
    /// </summary>
    public static string Write(string folder, LoraAdapter adapter)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var pair in adapter.Pairs)
        {
            var module = LoraKeys.UNetPrefix + pair.Name;
            tensors.Add(module + LoraKeys.PeftDown, pair.Down.detach().cpu());
            tensors.Add(module + LoraKeys.PeftUp, pair.IsPlain ? pair.Up.detach().cpu() : pair.Up.detach().cpu().Multiply(pair.Alpha / pair.Rank));
        }

        var path = Path.Combine(folder, FileName);
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            ["format"] = "pt",
            [PeftConfig.MetadataKey] = PeftMetadata.OfStrengthOne([.. adapter.Pairs.Select(pair => (pair.Name, pair.Rank))]),
        });
        return path;
    }

    private static string FindIn(string folder)
    {
        var ofRun = new BestFolders(folder).All.Take(1).Concat(new CheckpointFolders(folder).All.Take(1)).Select(entry => entry.Folder);
        var found = ofRun.Prepend(folder).SelectMany(place => Names.Select(name => Path.Combine(place, name))).FirstOrDefault(File.Exists);
        return found ?? throw new CheckpointException(
            $"The folder {Path.GetFullPath(folder)} holds no LoRA adapter: expected one of {string.Join(", ", Names)}, or a training run's "
            + $"{CheckpointFolders.Name}.");
    }

    private static LoraFormat FormatOf(ITensorSource source)
    {
        var keys = source.Entries.Keys.Select(name => (Name: name, Key: LoraKeys.Parse(name))).ToList();
        LoraProblems.ThrowIfAny(
            source.Location, "has tensors that belong to no known LoRA format of a UNet:",
            [.. keys.Where(key => key.Key is null).Select(key => key.Name)]);
        var formats = keys.Where(key => key.Key!.Format is not null)
            .GroupBy(key => key.Key!.Format!.Value, key => key.Name)
            .ToList();
        if (formats.Count == 0)
        {
            throw new CheckpointException($"The LoRA adapter {source.Location} has no weights.");
        }

        LoraProblems.ThrowIfAny(
            source.Location, "mixes several formats; save it again with one library:",
            formats.Count == 1 ? [] : [.. formats.Select(format => $"{format.Key}: {format.First()}")]);
        return formats[0].Key;
    }
}
