using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Adapters;

/// <summary>Puts the tensors of an adapter's file together by layer.</summary>
internal static class LoraFileReader
{
    /// <param name="source">A file whose keys all belong to one format.</param>
    /// <param name="config">What peft's settings say of it; <see langword="null"/>: nothing. Then alpha is in the file, or else the layer's rank.</param>
    /// <exception cref="CheckpointException">Layers are incomplete, contradict the settings or have impossible shapes or values; all are listed.</exception>
    public static LoraWeights Read(ITensorSource source, PeftConfig? config)
    {
        var layers = source.Entries.Values
            .Select(entry => (Entry: entry, Key: LoraKeys.Parse(entry.Name)!))
            .GroupBy(item => item.Key.Module)
            .ToDictionary(group => group.Key, group => group.ToLookup(item => item.Key.Part, item => item.Entry));
        LoraProblems.ThrowIfAny(
            source.Location, "has pairs beside convolutions, which are not supported; only those beside linear layers are:",
            [.. layers.Where(layer => layer.Value.SelectMany(part => part).Any(entry => entry.Shape.Count > 2)).Select(Shapes)]);
        LoraProblems.ThrowIfAny(
            source.Location, "is damaged:",
            [.. layers.Select(layer => Problem(layer.Key, layer.Value)).OfType<string>()]);

        // Whatever is read before something fails goes with the scope.
        using var scope = NewDisposeScope();
        var modules = new Dictionary<string, LoraModule>();
        var problems = new List<string>();
        foreach (var (name, parts) in layers)
        {
            var (down, up) = (Float(source, parts[LoraPart.Down].Single()), Float(source, parts[LoraPart.Up].Single()));
            var rank = down.shape[0];
            var (stored, said) = (StoredAlpha(source, parts[LoraPart.Alpha].SingleOrDefault()), config?.AlphaOf(name, rank));
            modules.Add(name, new(down, up, said ?? stored ?? rank));
            if (config?.RankOf(name) is { } expected && expected != rank)
            {
                problems.Add($"{name}: of rank {expected} by the settings, and {rank} by the weights");
            }

            if (said is not null && stored is not null && said != stored)
            {
                problems.Add(FormattableString.Invariant($"{name}: alpha is {said} by the settings, and {stored} beside the weights"));
            }

            if (!FiniteValues.All(down) || !FiniteValues.All(up) || !float.IsFinite(modules[name].Alpha))
            {
                problems.Add($"{name}: values that are not finite (NaN or infinite)");
            }
        }

        LoraProblems.ThrowIfAny(source.Location, "cannot be used:", problems);
        foreach (var module in modules.Values)
        {
            module.Down.DetachFromDisposeScope();
            module.Up.DetachFromDisposeScope();
        }

        return new(source.Location, modules);
    }

    private static string Shapes(KeyValuePair<string, ILookup<LoraPart, TensorEntry>> layer) =>
        $"{layer.Key}: [{string.Join("], [", layer.Value.SelectMany(part => part).Select(entry => string.Join(", ", entry.Shape)))}]";

    private static string? Problem(string module, ILookup<LoraPart, TensorEntry> parts)
    {
        if (parts[LoraPart.Down].Count() != 1 || parts[LoraPart.Up].Count() != 1 || parts[LoraPart.Alpha].Count() > 1)
        {
            return $"{module}: expected one A (down) and one B (up), found {parts[LoraPart.Down].Count()} and {parts[LoraPart.Up].Count()}";
        }

        var (down, up) = (parts[LoraPart.Down].Single().Shape, parts[LoraPart.Up].Single().Shape);
        if (down.Count != 2 || up.Count != 2 || down[0] != up[1] || down[0] == 0)
        {
            return $"{module}: expected A [rank, in] and B [out, rank], found [{string.Join(", ", down)}] and [{string.Join(", ", up)}]";
        }

        var alpha = parts[LoraPart.Alpha].SingleOrDefault();
        return alpha is not null && alpha.Shape.Aggregate(1L, (product, size) => product * size) != 1
            ? $"{module}: expected a single number as alpha, found [{string.Join(", ", alpha.Shape)}]"
            : null;
    }

    private static Tensor Float(ITensorSource source, TensorEntry entry)
    {
        var target = empty([.. entry.Shape], ScalarType.Float32);
        source.CopyTo(entry.Name, target);
        return target;
    }

    private static float? StoredAlpha(ITensorSource source, TensorEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        using var value = Float(source, entry);
        return value.item<float>();
    }
}
