using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Models.Clap;

/// <summary>A ClapFeatureExtractor's settings, preprocessor_config.json or a part of transformers 5's processor_config.json; the defaults are those of unfused CLAP models.</summary>
internal sealed record ClapFeatureConfig
{
    /// <summary>The file's name.</summary>
    public const string FileName = "preprocessor_config.json";

    private const string ProcessorFileName = "processor_config.json";

    public int SamplingRate { get; init; } = 48000;

    public int FftWindowSize { get; init; } = 1024;

    public int HopLength { get; init; } = 480;

    /// <summary>Number of mel bins.</summary>
    public int FeatureSize { get; init; } = 64;

    public double FrequencyMin { get; init; } = 50;

    public double FrequencyMax { get; init; } = 14000;

    /// <summary>Samples that the model hears at once.</summary>
    public int NbMaxSamples { get; init; } = 480000;

    /// <summary>What to do with longer audio.</summary>
    public string Truncation { get; init; } = "rand_trunc";

    /// <summary>What to do with shorter audio.</summary>
    public string Padding { get; init; } = "repeatpad";

    /// <summary>Frames of the features of <see cref="NbMaxSamples"/> samples.</summary>
    public int Frames => (NbMaxSamples / HopLength) + 1;

    /// <summary>Reads and checks the settings in a model's folder, where transformers 5 has them among those of the whole processor.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged, or a setting is not supported.</exception>
    public static ClapFeatureConfig Read(string folder)
    {
        var processor = File.Exists(Path.Combine(folder, ProcessorFileName)) ? ComponentFolder.ReadConfig<ProcessorConfig>(folder, ProcessorFileName) : null;
        var ofProcessor = processor?.FeatureExtractor ?? processor?.AudioProcessor;
        var config = ofProcessor ?? ComponentFolder.ReadConfig<ClapFeatureConfig>(folder, FileName);
        config.Validate(Path.Combine(folder, ofProcessor is null ? FileName : ProcessorFileName));
        return config;
    }

    /// <summary>Fails unless the settings are ones that unfused models use.</summary>
    /// <param name="location">The file, for the message.</param>
    /// <exception cref="CheckpointException">A setting is not supported.</exception>
    public void Validate(string location)
    {
        if (Truncation != "rand_trunc" || Padding != "repeatpad")
        {
            throw new CheckpointException(
                $"Expected in '{location}' a CLAP feature extractor with truncation 'rand_trunc' and padding 'repeatpad', found '{Truncation}' and " +
                $"'{Padding}'. Feature fusion is not supported; models without it need these settings.");
        }

        // The upper bounds are far beyond any model: they keep a damaged number from asking for all memory.
        if (SamplingRate is < 1 or > 768_000 || FftWindowSize is < 2 or > 16384 || HopLength < 1 || FeatureSize is < 1 or > 512
            || NbMaxSamples <= FftWindowSize / 2 || NbMaxSamples > 48_000 * 60)
        {
            throw new CheckpointException(
                $"The settings of the CLAP feature extractor in '{location}' are out of range or contradict each other: sampling_rate {SamplingRate}, " +
                $"fft_window_size {FftWindowSize}, hop_length {HopLength}, feature_size {FeatureSize}, nb_max_samples {NbMaxSamples}.");
        }
    }

    private sealed record ProcessorConfig(ClapFeatureConfig? FeatureExtractor = null, ClapFeatureConfig? AudioProcessor = null);
}
