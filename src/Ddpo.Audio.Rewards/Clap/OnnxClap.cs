using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Loads a ClapModel that was exported to ONNX, a file for each tower, as in the hub's Xenova folders.</summary>
internal static class OnnxClap
{
    /// <summary>The names of the audio tower's and the text tower's files.</summary>
    public const string AudioFile = "audio_model.onnx", TextFile = "text_model.onnx";

    /// <summary>Where a model's folder has ONNX files: itself or its folder <c>onnx</c>; null when it has none.</summary>
    public static string? FindFiles(string folder) =>
        new[] { folder, Path.Combine(folder, "onnx") }.FirstOrDefault(
            place => File.Exists(Path.Combine(place, AudioFile)) || File.Exists(Path.Combine(place, TextFile)));

    /// <summary>Loads the model's folder; the caller disposes what it gets.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, or not what was expected.</exception>
    public static ClapParts Load(
        string folder, string onnxFolder, ClapRewardOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var files = new HubClapFiles(folder, options);
        var features = files.ReadFeatures();
        var (audio, text) = (Path.Combine(onnxFolder, AudioFile), Path.Combine(onnxFolder, TextFile));
        cancellationToken.ThrowIfCancellationRequested();
        var parts = ClapParts.Create(
            features, CPU, files.ReadTokenizer(), quantizesToInt16: false,
            () => OnnxClapEncoder.Open(audio, text, features, options.Device, options.CreateLogger()));
        var bytes = new FileInfo(audio).Length + new FileInfo(text).Length;
        progress?.Report(new LoadProgress(ClapLoader.Component, bytes, bytes));
        return parts;
    }
}
