using System.Globalization;
using System.Text.Json;

namespace Ddpo.Audio.Training;

/// <summary>The files of a run: metrics, a line an epoch, and a folder for each save.</summary>
internal sealed class RunDirectory(string root)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Where the weights after epoch <paramref name="index"/> (from 0) go; numbered by epochs done.</summary>
    public string EpochFolder(int index) =>
        Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"epoch-{index + 1:0000}"));

    /// <summary>Appends one line of JSON, on disk when this returns.</summary>
    public void AppendMetrics(DdpoEpoch epoch)
    {
        Directory.CreateDirectory(root);
        using var file = new FileStream(Path.Combine(root, "metrics.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(epoch, s_json), (byte)'\n']);
        file.Flush(flushToDisk: true);
    }
}
