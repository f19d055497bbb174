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
