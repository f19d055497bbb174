namespace Ddpo.Audio.Adapters;

/// <summary>
/// A LoRA adapter attached to a model: a <see cref="LoraPair"/> beside every adapted linear layer. Disposing it detaches it
/// and leaves the model as it was. Belongs to the model's thread.
/// </summary>
internal sealed class LoraAdapter : IDisposable
{
    private float _multiplier = 1;
    private bool _isEnabled = true;

    private LoraAdapter(IReadOnlyList<LoraPair> pairs) => Pairs = pairs;

    /// <summary>In the order of the model's layers.</summary>
    public IReadOnlyList<LoraPair> Pairs { get; }

    /// <summary>A and B of every layer, in the order of the model's layers, with the names that peft gives them.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters => Pairs.SelectMany(pair => new[]
    {
        (pair.Name + LoraKeys.PeftDown, pair.Down),
        (pair.Name + LoraKeys.PeftUp, pair.Up),
    });

    /// <summary>Whether the change is part of the model's own weights now.</summary>
    public bool IsMerged { get; private set; }

    /// <summary>A factor on top of alpha / rank; 1 at first.</summary>
    /// <exception cref="InvalidOperationException">The adapter is merged.</exception>
    public float Multiplier
    {
        get => _multiplier;
        set => SetStrength(value, _isEnabled);
    }

    /// <summary>Whether the adapter takes part; <see langword="true"/> at first. Without it the model computes what it did before.</summary>
    /// <exception cref="InvalidOperationException">The adapter is merged.</exception>
    public bool IsEnabled
    {
        get => _isEnabled;
        set => SetStrength(_multiplier, value);
    }

    /// <summary>Attaches a new adapter, which changes nothing until it is trained.</summary>
    /// <inheritdoc cref="LoraWeights.Initial"/>
    public static LoraAdapter Create(nn.Module model, LoraOptions options, ulong seed)
    {
        using var weights = LoraWeights.Initial(model, options, seed);
        return Attach(model, weights);
    }

    /// <summary>Attaches an adapter with a copy of <paramref name="weights"/>, in fp32 on the model's device.</summary>
    /// <exception cref="CheckpointException">The weights do not fit the model.</exception>
    /// <exception cref="InvalidOperationException">The model already has an adapter.</exception>
    public static LoraAdapter Attach(nn.Module model, LoraWeights weights)
    {
        AdaptableLayers.RequireNone(model);
        var layers = AdaptableLayers.In(model).ToList();
        weights.RequireFits(layers.ToDictionary(layer => layer.Name, layer => layer.Layer));
        var pairs = new List<LoraPair>();
        var adapter = new LoraAdapter(pairs);
        try
        {
            foreach (var (name, layer) in layers)
            {
                if (weights.Modules.TryGetValue(name, out var module))
                {
                    pairs.Add(new(name, layer, module));
                }
            }
        }
        catch
        {
            adapter.Dispose();
            throw;
        }

        return adapter;
    }

    /// <summary>Adds the change to the model's own weights, so that it costs nothing to run. Not for training.</summary>
    public void Merge()
    {
        foreach (var pair in Pairs)
        {
            pair.Merge();
        }

        IsMerged = true;
    }

    /// <summary>Puts the model's weights back, bit for bit.</summary>
    public void Unmerge()
    {
        foreach (var pair in Pairs)
        {
            pair.Unmerge();
        }

        IsMerged = false;
    }

    public void Dispose()
    {
        foreach (var pair in Pairs)
        {
            pair.Dispose();
        }
    }

    private void SetStrength(float multiplier, bool isEnabled)
    {
        if (IsMerged)
        {
            throw new InvalidOperationException("The adapter is merged into the model's weights; unmerge it before changing its strength.");
        }

        (_multiplier, _isEnabled) = (multiplier, isEnabled);
        foreach (var pair in Pairs)
        {
            pair.Multiplier = isEnabled ? multiplier : 0;
        }
    }
}
