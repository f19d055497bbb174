using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Adapters;

/// <summary>Puts the tensors of an adapter's file together by layer.</summary>
internal static class LoraFileReader
{
    /// <param name="source">A file whose keys all belong to one format.</param>
    /// <param name="sharedAlpha">Alpha of every layer; <see langword="null"/>: in the file, or else the layer's rank.</param>
    /// <exception cref="CheckpointException">A layer is incomplete or has impossible shapes; all are listed.</exception>
    public static LoraWeights Read(ITensorSource source, float? sharedAlpha)
    {
        var layers = source.Entries.Values
            .Select(entry => (Entry: entry, Key: LoraKeys.Parse(entry.Name)!))
            .GroupBy(item => item.Key.Module)
            .ToDictionary(group => group.Key, group => group.ToLookup(item => item.Key.Part, item => item.Entry));
        LoraProblems.ThrowIfAny(
            source.Location, "is damaged:",
            [.. layers.Select(layer => Problem(layer.Key, layer.Value)).OfType<string>()]);

        // Whatever is read before something fails goes with the scope.
        using var scope = NewDisposeScope();
        var modules = new Dictionary<string, LoraModule>();
        foreach (var (name, parts) in layers)
        {
            var down = Float(source, parts[LoraPart.Down].Single());
            var alpha = sharedAlpha ?? StoredAlpha(source, parts[LoraPart.Alpha].SingleOrDefault()) ?? down.shape[0];
            modules.Add(name, new(down, Float(source, parts[LoraPart.Up].Single()), alpha));
        }

        foreach (var module in modules.Values)
        {
            module.Down.DetachFromDisposeScope();
            module.Up.DetachFromDisposeScope();
        }

        return new(source.Location, modules);
    }

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
