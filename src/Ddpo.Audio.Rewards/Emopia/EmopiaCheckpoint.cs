using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Pipelines;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>A Lightning checkpoint of EMOPIA_cls: the network, and the mel filters that it was trained with.</summary>
internal sealed class EmopiaCheckpoint : IEmopiaNetwork
{
    /// <summary>What is reported to be loaded.</summary>
    public const string Component = "emopia";

    private const string Prefix = "model.";
    private const string Window = "spec.spectrogram.window";
    private const string Filters = "spec.mel_scale.fb";

    private EmopiaCheckpoint(ShortChunkResNet model, Tensor filters, int classes, Device device) =>
        (Model, MelFilters, Classes, Device) = (model, filters, classes, device);

    /// <summary>The network.</summary>
    public ShortChunkResNet Model { get; }

    /// <inheritdoc/>
    public Tensor MelFilters { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>Loads the network, strictly.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or of another network.</exception>
    public static EmopiaCheckpoint Load(
        string path, Device device, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        using var tensors = new RenamedTensorSource(CheckpointFile.Open(path), Rename);
        var rules = new StateDictRules { Rename = name => name is Window or Filters ? null : name };
        var bytes = new BytesReport(progress, Component, rules.BytesOf(tensors));
        var network = ModelLoader.Load(
            tensors, new Placement(device, ScalarType.Float32), placement => ShortChunkResNet.For(tensors, placement), rules, bytes,
            cancellationToken: cancellationToken);
        try
        {
            network.eval();
            return new(network, ReadFilters(tensors), checked((int)tensors.Entries["dense2.weight"].Shape[0]), device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor mel, CancellationToken cancellationToken = default) => Model.call(mel);

    public void Dispose()
    {
        Model.Dispose();
        MelFilters.Dispose();
    }

    /// <summary>The network's own key for a stored one.</summary>
    public static IEnumerable<TensorPart> Rename(string name) =>
        [new(name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name)];

    // Those that it was trained with, which were computed in single precision.
    private static Tensor ReadFilters(RenamedTensorSource tensors)
    {
        if (!tensors.Entries.TryGetValue(Filters, out var entry) || entry.Shape is not [> 1, > 0])
        {
            throw new CheckpointException(
                $"Expected the mel filters of EMOPIA_cls, '{Prefix}{Filters}', of shape [bins, bands] in '{tensors.Location}'; " +
                $"found {(entry is null ? "none" : $"[{string.Join(", ", entry.Shape)}]")}.");
        }

        return tensors.Read(Filters).DetachFromDisposeScope();
    }
}
