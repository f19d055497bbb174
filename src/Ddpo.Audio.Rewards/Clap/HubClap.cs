using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Loads a ClapModel of transformers.</summary>
internal static class HubClap
{
    /// <summary>Loads the model's folder; the caller disposes what it gets.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, or not what was expected.</exception>
    public static ClapParts Load(string folder, ClapRewardOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var device = ComputeDevice.Parse(options.Device);
        var files = new HubClapFiles(folder, options);
        var config = files.ReadConfig();
        var features = files.ReadFeatures(config.AudioConfig.NumMelBins);
        var tokenize = files.ReadTokenizer();
        using var weights = ComponentFolder.OpenWeights(folder, options.Hub.Variant);
        return ClapParts.Create(
            features, device, tokenize, quantizesToInt16: false,
            () => TorchClapEncoder.Load(config, weights, device, progress, cancellationToken));
    }
}
