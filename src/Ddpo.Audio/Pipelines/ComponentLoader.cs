using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Pipelines;

/// <summary>Fills models from a checkpoint folder, one after the other, and reports how many bytes of all are read.</summary>
/// <remarks>Owner of what it filled until <see cref="Complete"/>: when a later one fails, none is left behind.</remarks>
internal sealed class ComponentLoader : IDisposable
{
    private readonly string _directory;
    private readonly string? _variant;
    private readonly IProgress<LoadProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly IReadOnlyDictionary<string, StateDictRules> _rules;
    private readonly Dictionary<string, long> _bytes;
    private readonly List<nn.Module> _filled = [];
    private long _done;

    /// <param name="directory">The checkpoint.</param>
    /// <param name="rules">How the names of each component relate to its model's.</param>
    /// <param name="variant">Which weights come first.</param>
    /// <param name="progress">Told of bytes.</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    public ComponentLoader(
        string directory, IReadOnlyDictionary<string, StateDictRules> rules, string? variant, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        (_directory, _rules, _variant, _progress, _cancellationToken) = (directory, rules, variant, progress, cancellationToken);
        if (variant is not null && !rules.Keys.Any(component => ComponentFolder.FindWeights(Folder(component), variant) is { } file && ComponentFolder.IsOfVariant(file, variant)))
        {
            throw new CheckpointException($"'{directory}' has no weights of the variant '{variant}', such as *.{variant}.safetensors. Leave Variant out.");
        }

        _bytes = rules.ToDictionary(component => component.Key, component => BytesToRead(component.Key, component.Value));
    }

    /// <summary>The folder of one component.</summary>
    public string Folder(string component) => Path.Combine(_directory, component);

    /// <summary>Opens the component's weights; the caller disposes them.</summary>
    public ITensorSource OpenWeights(string component) => ComponentFolder.OpenWeights(Folder(component), _variant);

    /// <summary>Reads the component's config.json.</summary>
    public T Config<T>(string component) => ComponentFolder.ReadConfig<T>(Folder(component));

    /// <summary>Loads the component by <paramref name="load"/>, which is told where to report bytes.</summary>
    public T Load<T>(string component, Func<IProgress<long>, T> load)
        where T : nn.Module
    {
        _cancellationToken.ThrowIfCancellationRequested();
        var model = load(new BytesReport(_progress, component, _bytes.Values.Sum(), _done));
        _filled.Add(model);
        _done += _bytes[component];
        return model;
    }

    /// <summary>Builds the component by its config.json and fills it with its weights.</summary>
    public T Load<TConfig, T>(string component, Placement placement, Func<TConfig, Placement, T> build)
        where T : nn.Module => Load(component, bytes =>
        {
            var config = Config<TConfig>(component);
            using var source = OpenWeights(component);
            return ModelLoader.Load(source, placement, where => build(config, where), _rules[component], bytes, cancellationToken: _cancellationToken);
        });

    /// <summary>Hands what was filled over to <paramref name="owner"/>.</summary>
    public T Complete<T>(T owner)
    {
        _filled.Clear();
        return owner;
    }

    public void Dispose() => _filled.ForEach(model => model.Dispose());

    private long BytesToRead(string component, StateDictRules rules)
    {
        using var source = OpenWeights(component);
        return rules.BytesOf(source);
    }
}
