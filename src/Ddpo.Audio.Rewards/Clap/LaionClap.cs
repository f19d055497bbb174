using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Loads a training checkpoint of laion_clap and what belongs to it.</summary>
internal static class LaionClap
{
    /// <summary>Loads the <c>.pt</c> file; the caller disposes what it gets.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, or not what was expected.</exception>
    public static ClapParts Load(string path, ClapRewardOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var device = ComputeDevice.Parse(options.Device);
        var files = new LaionClapFiles(path, options);
        using var checkpoint = LaionClapCheckpoint.Open(path);
        var tokenizerFolder = files.FindTokenizer(checkpoint.VocabularySize);
        var tokenizer = ClapTokenizer.Read(tokenizerFolder);
        var config = checkpoint.ReadConfig(files.FindTextHeads(tokenizerFolder));
        var features = files.ReadFeatureConfig(config.AudioConfig.NumMelBins);
        return ClapParts.Create(
            features, device, texts => tokenizer.Encode(texts), quantizesToInt16: true,
            () => TorchClapEncoder.Load(config, checkpoint.Tensors, device, progress, cancellationToken));
    }
}
