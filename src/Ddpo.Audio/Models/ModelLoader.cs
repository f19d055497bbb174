using System.Runtime.InteropServices;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models;

/// <summary>Builds models from settings and fills them, in no more memory than their weights justify.</summary>
internal static class ModelLoader
{
    // A shard, or weights of the wrong model, shall be told by the names that are missing; a damaged number of layers by itself.
    private const int FewTensors = 1000;

    /// <summary>
    /// Builds the model and compares it with the weights, name by name and shape by shape; only then fills it. Where memory is taken as soon as it is asked
    /// for, or the model is a part of its weights, what is compared is built without memory before.
    /// </summary>
    /// <param name="source">The weights; they stay the caller's.</param>
    /// <param name="placement">Where the model is to live.</param>
    /// <param name="build">Makes the model.</param>
    /// <param name="rules">How names relate; <see cref="StateDictRules.Strict"/> when not given.</param>
    /// <param name="bytes">Told after each tensor how many stored bytes were read so far.</param>
    /// <param name="whole">
    /// Makes what the weights are compared with, where the model is only a part of it; <paramref name="build"/> by default. Then
    /// <paramref name="rules"/> say what is left out.
    /// </param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="CheckpointException">The settings cannot be used, or the weights do not fit them.</exception>
    public static T Load<T>(
        ITensorSource source,
        Placement placement,
        Func<Placement, T> build,
        StateDictRules? rules = null,
        IProgress<long>? bytes = null,
        Func<Placement, T>? whole = null,
        CancellationToken cancellationToken = default)
        where T : nn.Module
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (whole is not null || placement.Device.type != DeviceType.CPU)
        {
            Check(source, placement, whole ?? build, rules);
        }

        var model = Build(source, placement, build, rules);
        try
        {
            StateDictLoader.Load(model, source, rules, bytes, cancellationToken);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // The system gives memory on the CPU only when it is filled, so that a wrong shape costs nothing.
    private static T Build<T>(ITensorSource source, Placement placement, Func<Placement, T> build, StateDictRules? rules)
        where T : nn.Module
    {
        using var budget = Budget(source);
        try
        {
            var model = build(placement with { Budget = budget });
            budget.Release();
            return model;
        }
        catch (Exception exception) when (IsOfTheSettings(exception))
        {
            Check(source, placement, build, rules); // It can say what is wrong of what does not even fit into memory.
            throw;
        }
    }

    private static TensorBudget Budget(ITensorSource source) => new(FewTensors + (2 * source.Entries.Count));

    private static void Check<T>(ITensorSource source, Placement placement, Func<Placement, T> build, StateDictRules? rules)
        where T : nn.Module
    {
        using var budget = Budget(source);
        using var scope = NewDisposeScope();
        using var sketch = Sketch(source, build, placement with { Device = META, Budget = budget });
        StateDictLoader.Check(sketch, source, rules);
    }

    private static T Sketch<T>(ITensorSource source, Func<Placement, T> build, Placement placement)
    {
        try
        {
            return build(placement);
        }
        catch (Exception exception) when (IsOfTheSettings(exception))
        {
            throw new CheckpointException(
                $"The settings of the model whose weights are '{source.Location}' cannot be used: {exception.Message}", exception);
        }
    }

    // Whatever a constructor stumbles over, from the shapes that libtorch refuses to a division by zero, lies in the settings.
    private static bool IsOfTheSettings(Exception exception) => exception is CheckpointException or ExternalException or ArgumentException or ArithmeticException;
}
