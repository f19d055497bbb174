using System.Text.Json;

namespace Ddpo.Audio.Checkpoints;

/// <summary>A pipeline's <c>model_index.json</c>: which library's class each component folder holds.</summary>
internal sealed class ModelIndex
{
    public const string FileName = "model_index.json";

    private readonly string _folder;

    private ModelIndex(string folder, string className, Dictionary<string, ModelComponent> components) =>
        (_folder, ClassName, Components) = (folder, className, components);

    /// <summary>The pipeline's class, such as <c>AudioLDM2Pipeline</c>; empty when the file does not say.</summary>
    public string ClassName { get; }

    /// <summary>The components by folder name; those that the pipeline goes without are left out.</summary>
    public IReadOnlyDictionary<string, ModelComponent> Components { get; }

    /// <exception cref="CheckpointException">The folder or file is missing or cannot be understood.</exception>
    public static ModelIndex Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException($"There is no folder '{folder}'. Check the path, or download the model.");
        }

        var path = Path.Combine(folder, FileName);
        var className = "";
        var components = new Dictionary<string, ModelComponent>();
        foreach (var (name, value) in CheckpointJson.Read<Dictionary<string, JsonElement>>(path))
        {
            try
            {
                if (name == "_class_name" && value.ValueKind == JsonValueKind.String)
                {
                    className = value.GetString()!;
                }
                else if (!name.StartsWith('_') && value.ValueKind == JsonValueKind.Array && ReadPair(path, name, value) is { } component)
                {
                    components.Add(name, component);
                }
            }
            catch (InvalidOperationException exception)
            {
                throw new CheckpointException($"'{name}' in '{path}' has a text that is not Unicode: {exception.Message}", exception);
            }
        }

        return new ModelIndex(folder, className, components);
    }

    /// <summary>The folder of a component that must be there and be of one of the given classes.</summary>
    /// <exception cref="CheckpointException">It is not listed, of another class, or its folder is missing.</exception>
    public string FolderOf(string name, params ReadOnlySpan<string> classes)
    {
        Require(name, classes);
        var folder = Path.Combine(_folder, name);
        return Directory.Exists(folder)
            ? folder
            : throw new CheckpointException($"'{_folder}' lacks the folder '{name}' ({string.Join(" or ", classes)}). Copy or download the whole model.");
    }

    /// <summary>Checks that a component is of one of the given classes.</summary>
    /// <exception cref="CheckpointException">It is not listed, or of another class.</exception>
    public void Require(string name, params ReadOnlySpan<string> classes)
    {
        var expected = string.Join(" or ", classes);
        if (!Components.TryGetValue(name, out var component))
        {
            throw new CheckpointException(
                $"'{Path.Combine(_folder, FileName)}' ({ClassName}) has no component '{name}' ({expected}). Is it another kind of model?");
        }

        if (!classes.Contains(component.ClassName))
        {
            throw new CheckpointException(
                $"The component '{name}' of '{_folder}' is a {component.Library}.{component.ClassName}, expected {expected}.");
        }
    }

    private static ModelComponent? ReadPair(string path, string name, JsonElement pair)
    {
        var items = pair.EnumerateArray().ToList();
        if (items is [{ ValueKind: JsonValueKind.Null }, { ValueKind: JsonValueKind.Null }])
        {
            return null;
        }

        return items is [{ ValueKind: JsonValueKind.String } library, { ValueKind: JsonValueKind.String } type]
            ? new ModelComponent(library.GetString()!, type.GetString()!)
            : throw new CheckpointException($"'{name}' in '{path}' must be a pair of a library and a class, found {pair.GetRawText()}.");
    }
}

/// <summary>Library and class of a component, such as <c>transformers</c> and <c>ClapModel</c>.</summary>
internal sealed record ModelComponent(string Library, string ClassName);
