using System.Text.Json;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Finds what belongs to a laion_clap checkpoint: its audio configuration and its tokenizer.</summary>
internal sealed class LaionClapFiles(string checkpointPath, ClapRewardOptions options)
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(checkpointPath))!;

    /// <summary>Where a tokenizer may lie beside a checkpoint.</summary>
    public static IEnumerable<string> TokenizersBeside(string checkpointPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(checkpointPath))!;
        return [Path.Combine(folder, "tokenizer"), Path.Combine(folder, "roberta-base"), folder];
    }

    /// <summary>The tokenizer's folder.</summary>
    /// <param name="vocabulary">How many tokens the checkpoint knows.</param>
    /// <exception cref="CheckpointException">There is none.</exception>
    public string FindTokenizer(int vocabulary) => ClapTokenizer.FindFolder(
        options.TokenizerFolder,
        [.. TokenizersBeside(checkpointPath), .. PipelineTokenizers.Beside(_folder, vocabulary)]);

    /// <summary>RoBERTa's number of heads, if the options or a config.json beside the tokenizer say it.</summary>
    public int? FindTextHeads(string tokenizerFolder) =>
        options.TextHeads
        ?? (File.Exists(Path.Combine(tokenizerFolder, "config.json"))
            ? ComponentFolder.ReadConfig<RobertaConfig>(tokenizerFolder).NumAttentionHeads
            : null);

    /// <summary>The settings of the spectrogram.</summary>
    /// <param name="melBins">What the checkpoint was made for.</param>
    /// <exception cref="CheckpointException">The file is missing, is not for HTSAT, does not fit the checkpoint, or has impossible settings.</exception>
    public ClapFeatureConfig ReadFeatureConfig(int melBins)
    {
        var path = options.AudioConfigPath ?? FindAudioConfig();
        var config = path is null
            ? new LaionAudioConfig()
            : ComponentFolder.ReadConfig<LaionModelConfig>(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path)).AudioCfg;
        if (config.ModelType != "HTSAT" || config.MelBins != melBins)
        {
            throw new CheckpointException(
                $"Expected a model_type of HTSAT and {melBins} mel_bins, as '{checkpointPath}' has, " +
                $"found {config.ModelType} and {config.MelBins}{(path is null ? "" : $" in '{path}'")}. Set AudioConfigPath to its configuration.");
        }

        var features = new ClapFeatureConfig
        {
            SamplingRate = config.SampleRate,
            FftWindowSize = config.WindowSize,
            HopLength = config.HopSize,
            FeatureSize = config.MelBins,
            FrequencyMin = config.Fmin,
            FrequencyMax = config.Fmax,
            NbMaxSamples = config.ClipSamples,
        };
        features.Validate(path ?? checkpointPath);
        return features;
    }

    private string? FindAudioConfig()
    {
        var found = Directory.GetFiles(_folder, "HTSAT-*.json");
        return found.Length <= 1 ? found.SingleOrDefault() : throw new CheckpointException(
            $"'{_folder}' has {found.Length} configurations: {string.Join(", ", found.Select(Path.GetFileName))}. " +
            "Set AudioConfigPath to the one that belongs to the checkpoint.");
    }

    private sealed record RobertaConfig(int? NumAttentionHeads);

    private sealed record LaionModelConfig
    {
        public LaionAudioConfig AudioCfg { get; init; } = new();
    }

    // The defaults are the same in all configurations that the original has for HTSAT.
    private sealed record LaionAudioConfig
    {
        public string ModelType { get; init; } = "HTSAT";

        public int SampleRate { get; init; } = 48000;

        public int WindowSize { get; init; } = 1024;

        public int HopSize { get; init; } = 480;

        public double Fmin { get; init; } = 50;

        public double Fmax { get; init; } = 14000;

        public int ClipSamples { get; init; } = 480000;

        public int MelBins { get; init; } = 64;
    }
}
