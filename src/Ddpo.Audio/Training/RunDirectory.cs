using System.Globalization;
using System.Text.Json;

namespace Ddpo.Audio.Training;

/// <summary>The files of a run: metrics, a line an epoch, and a folder for each save.</summary>
/// <param name="root">The run's folder.</param>
/// <param name="options">What is saved how often.</param>
/// <param name="epochs">Epochs of the run; the last is always saved.</param>
internal sealed class RunDirectory(string root, CheckpointOptions options, int epochs)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The run's directory; null when nothing is to be written.</summary>
    public static RunDirectory? Of(DdpoSettings settings) => settings.Checkpoints.Directory is { } root
        ? new RunDirectory(root, settings.Checkpoints, settings.Training.NumEpochs)
        : null;

    /// <summary>Where the weights after epoch <paramref name="index"/> (from 0) go, numbered by epochs done; null when they are not saved.</summary>
    public string? WeightsFolder(int index) => IsDue(index, options.SaveEveryEpochs) ? EpochFolder(index) : null;

    /// <summary>Takes the samples of epoch <paramref name="index"/>; null when they are not kept.</summary>
    public SampleFolder? SampleFolder(int index) =>
        IsDue(index, options.SaveSamplesEveryEpochs) ? new SampleFolder(Path.Combine(EpochFolder(index), "samples")) : null;

    /// <summary>Appends one line of JSON, on disk when this returns.</summary>
    public void AppendMetrics(DdpoEpoch epoch)
    {
        Directory.CreateDirectory(root);
        using var file = new FileStream(Path.Combine(root, "metrics.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(epoch, s_json), (byte)'\n']);
        file.Flush(flushToDisk: true);
    }

    private string EpochFolder(int index) => Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"epoch-{index + 1:0000}"));

    private bool IsDue(int index, int every) => every > 0 && ((index + 1) % every == 0 || index + 1 == epochs);
}
