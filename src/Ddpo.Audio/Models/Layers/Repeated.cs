namespace Ddpo.Audio.Models.Layers;

/// <summary>Layers as many as a setting says.</summary>
internal static class Repeated
{
    /// <summary>Makes them one by one, and so no room for a number that the <see cref="TensorBudget"/> will stop.</summary>
    /// <exception cref="CheckpointException">The number is not positive.</exception>
    public static Modules.ModuleList<T> Modules<T>(int count, Func<int, T> make)
        where T : nn.Module
    {
        if (count < 1)
        {
            throw new CheckpointException($"Expected 1 layer or more of {typeof(T).Name}, found {count}.");
        }

        var modules = new List<T>();
        for (var index = 0; index < count; index++)
        {
            modules.Add(make(index));
        }

        return new([.. modules]);
    }
}
