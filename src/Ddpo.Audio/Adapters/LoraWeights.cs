using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Adapters;

/// <summary>The matrices beside one layer: A [rank, in], B [out, rank], and the numerator of the strength alpha / rank.</summary>
internal sealed record LoraModule(Tensor Down, Tensor Up, float Alpha);

/// <summary>The weights of an adapter that is not attached to a model. Owns its tensors, which outlive every dispose scope.</summary>
/// <param name="Location">The file, or another description of where they are from, for error messages.</param>
/// <param name="Modules">By the path of the layer in the model.</param>
internal sealed record LoraWeights(string Location, IReadOnlyDictionary<string, LoraModule> Modules) : IDisposable
{
    /// <summary>First values for a new adapter: A from a normal distribution with deviation 1 / rank, B zero.</summary>
    /// <param name="model">The model to adapt.</param>
    /// <param name="options">Rank, alpha and layers.</param>
    /// <param name="seed">Seed of A, unless the options hold one.</param>
    /// <exception cref="ArgumentException">The options are invalid, or choose no layer of this model.</exception>
    public static LoraWeights Initial(nn.Module model, LoraOptions options, ulong seed)
    {
        if (string.Join(' ', options.Check().Select(failure => failure.Message)) is { Length: > 0 } problems)
        {
            throw new ArgumentException(problems, nameof(options));
        }

        using var noGradient = no_grad();
        using var generator = new Generator(options.InitSeed ?? seed); // of the CPU, so that the device does not decide the values
        var modules = new Dictionary<string, LoraModule>();
        foreach (var (name, layer) in AdaptableLayers.In(model).Where(layer => AdaptableLayers.IsTarget(layer.Name, options.Targets)))
        {
            var (outFeatures, inFeatures) = (layer.Weight.shape[0], layer.Weight.shape[1]);
            using var normal = randn([options.Rank, inFeatures], ScalarType.Float32, CPU, generator: generator);
            modules.Add(name, new(
                normal.Divide(options.Rank).DetachFromDisposeScope(),
                zeros(outFeatures, options.Rank).DetachFromDisposeScope(),
                options.Alpha ?? options.Rank));
        }

        return modules.Count > 0
            ? new("new adapter", modules)
            : throw new ArgumentException(
                $"The model has no layer that {nameof(LoraOptions)}.{nameof(LoraOptions.Targets)} = {options.Targets} selects.", nameof(options));
    }

    /// <summary>Checks that every module is one of the layers and has its size.</summary>
    /// <exception cref="CheckpointException">One line for each that is not or has not.</exception>
    public void RequireFits(IReadOnlyDictionary<string, Linear> layers)
    {
        var problems = new List<string>();
        foreach (var (name, module) in Modules)
        {
            if (!layers.TryGetValue(name, out var layer))
            {
                problems.Add($"{name}: the model has no such linear layer, and pairs beside others are not supported");
            }
            else if (module.Down.shape[1] != layer.Weight.shape[1] || module.Up.shape[0] != layer.Weight.shape[0])
            {
                problems.Add(
                    $"{name}: for {module.Down.shape[1]} inputs and {module.Up.shape[0]} outputs, but the model's layer has " +
                    $"{layer.Weight.shape[1]} and {layer.Weight.shape[0]}");
            }
        }

        LoraProblems.ThrowIfAny(Location, "does not fit this model; was it trained on another one?", problems);
    }

    /// <summary>Checks that these are weights as <see cref="Initial"/> makes them: a run that starts from them, and goes on from its checkpoints, has one shape.</summary>
    /// <param name="model">The model to adapt.</param>
    /// <param name="options">Rank and layers.</param>
    /// <exception cref="CheckpointException">Layers or ranks are others; a line for each.</exception>
    public void RequireMadeFor(nn.Module model, LoraOptions options)
    {
        var targets = AdaptableLayers.In(model).Select(layer => layer.Name).Where(name => AdaptableLayers.IsTarget(name, options.Targets)).ToHashSet(StringComparer.Ordinal);
        string[] problems =
        [
            .. Modules.Where(module => module.Value.Down.shape[0] != options.Rank).Select(
                module => $"{module.Key}: of rank {module.Value.Down.shape[0]}, but Rank is {options.Rank}: set it to that of the file, if all layers have the same"),
            .. Modules.Keys.Where(name => !targets.Contains(name)).Select(name => $"{name}: not one of the layers that Targets ({options.Targets}) selects"),
            .. targets.Where(name => !Modules.ContainsKey(name)).Select(name => $"{name}: Targets ({options.Targets}) selects it, but the file has nothing for it"),
        ];
        LoraProblems.ThrowIfAny(Location, "cannot be trained on with these settings of Lora.", problems);
    }

    /// <summary>Gives every layer this alpha and divides its B so that it does what it did, but for rounding.</summary>
    public LoraWeights WithAlpha(float alpha)
    {
        using var noGradient = no_grad();
        foreach (var module in Modules.Values.Where(module => module.Alpha != alpha))
        {
            using var factor = tensor(module.Alpha / alpha);
            module.Up.mul_(factor);
        }

        return this with { Modules = Modules.ToDictionary(module => module.Key, module => module.Value with { Alpha = alpha }) };
    }

    public void Dispose()
    {
        foreach (var module in Modules.Values)
        {
            module.Down.Dispose();
            module.Up.Dispose();
        }
    }
}
