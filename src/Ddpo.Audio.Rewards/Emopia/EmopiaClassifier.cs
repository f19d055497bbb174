using System.Runtime.InteropServices;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Rewards.Onnx;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>The network with its front end and labels: clips to a value for each label. Belongs to one thread.</summary>
internal sealed class EmopiaClassifier : IDisposable
{
    /// <summary>The checkpoint in a folder.</summary>
    public const string FileName = "best.ckpt";

    private readonly IEmopiaNetwork _network;
    private readonly EmopiaFrontEnd _frontEnd;
    private readonly int _batchSize;

    private EmopiaClassifier(IEmopiaNetwork network, EmopiaHparams hparams, EmotionLabels labels, EmopiaRewardOptions options)
    {
        (_network, Labels, _batchSize) = (network, labels, options.BatchSize);
        _frontEnd = new EmopiaFrontEnd(hparams, network.MelFilters, options, network.Device);
    }

    /// <summary>What the values stand for.</summary>
    public EmotionLabels Labels { get; }

    /// <summary>Loads a checkpoint and the settings beside it.</summary>
    public static EmopiaClassifier Load(string path, EmopiaRewardOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        var hparams = EmopiaHparams.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, EmopiaHparams.FileName));
        var network = OpenNetwork(file, hparams, options, progress, cancellationToken);
        try
        {
            return new EmopiaClassifier(network, hparams, LabelsOf(file, hparams, network.Classes), options);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The mean over a clip's chunks of each label's value, from 0 to 1.</summary>
    public float[][] Classify(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken) =>
        ClipWindows.MeanVectors(clips, _batchSize, _frontEnd.Chunks, chunks => Values(chunks, cancellationToken), cancellationToken);

    /// <summary>Why values cannot be differentiated; null when they can.</summary>
    public string? GradientProblem => _network is EmopiaOnnx ? OnnxModel.GradientProblem : null;

    /// <summary>Scores of clips and their gradients, in batches.</summary>
    /// <param name="clips">Mono clips.</param>
    /// <param name="score">The score of the clip of this number, by its values [labels].</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    public IReadOnlyList<ScoreGradient> Score(IReadOnlyList<AudioClip> clips, Func<int, Tensor, Tensor> score, CancellationToken cancellationToken) =>
        new ClipGradients(_frontEnd.Chunks, chunks => _network.Logits(_frontEnd.Mel(chunks), cancellationToken).sigmoid(), _network.Device).Score(
            clips, _batchSize, score, cancellationToken);

    public void Dispose()
    {
        _frontEnd.Dispose();
        _network.Dispose();
    }

    private static IEmopiaNetwork OpenNetwork(
        string file, EmopiaHparams hparams, EmopiaRewardOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        if (!file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return EmopiaCheckpoint.Load(file, ComputeDevice.Parse(options.Device), progress, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var network = EmopiaOnnx.Open(file, hparams, options.Device, options.CreateLogger());
        var bytes = new FileInfo(file).Length;
        progress?.Report(new LoadProgress(EmopiaCheckpoint.Component, bytes, bytes));
        return network;
    }

    private static EmotionLabels LabelsOf(string file, EmopiaHparams hparams, int classes)
    {
        IReadOnlyList<string> labels = hparams.Labels.Count == 0 && classes == 4 ? ["Q1", "Q2", "Q3", "Q4"] : hparams.Labels;
        if (labels.Count != classes)
        {
            throw new CheckpointException(
                $"'{file}' has {classes} outputs, and its hparams.yaml names {labels.Count} labels. Put the hparams.yaml that belongs to it beside it.");
        }

        try
        {
            return new(labels);
        }
        catch (ArgumentException exception)
        {
            throw new CheckpointException($"The labels beside '{file}' are not EMOPIA's. {exception.Message}", exception);
        }
    }

    private IReadOnlyList<float[]> Values(IReadOnlyList<float[]> chunks, CancellationToken cancellationToken) =>
        _network is not EmopiaOnnx && _network.Device.type == DeviceType.CPU
            ? ClipWindows.InPieces(chunks, piece => ValuesAtOnce(piece, cancellationToken))
            : ValuesAtOnce(chunks, cancellationToken);

    private float[][] ValuesAtOnce(IReadOnlyList<float[]> chunks, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var values = _network.Logits(_frontEnd.Mel(chunks), cancellationToken).sigmoid().cpu().contiguous();
        return [.. MemoryMarshal.Cast<byte, float>(values.bytes).ToArray().Chunk(Labels.Names.Count)];
    }
}
