namespace Ddpo.Audio.Models.Clap;

/// <summary>A ClapFeatureExtractor's preprocessor_config.json; the defaults are those of unfused CLAP models.</summary>
internal sealed record ClapFeatureConfig
{
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

    /// <summary>Fails unless the settings are ones that unfused models use.</summary>
    /// <exception cref="CheckpointException">A setting is not supported.</exception>
    public void Validate()
    {
        if (Truncation != "rand_trunc" || Padding != "repeatpad")
        {
            throw new CheckpointException(
                $"Expected a CLAP feature extractor with truncation 'rand_trunc' and padding 'repeatpad', found '{Truncation}' and " +
                $"'{Padding}'. Feature fusion is not supported; models without it need these settings in preprocessor_config.json.");
        }

        // The upper bounds are far beyond any model: they keep a damaged number from asking for all memory.
        if (SamplingRate is < 1 or > 768_000 || FftWindowSize is < 2 or > 65536 || HopLength < 1 || FeatureSize is < 1 or > 4096
            || NbMaxSamples <= FftWindowSize / 2 || NbMaxSamples > 768_000 * 60)
        {
            throw new CheckpointException(
                $"The settings of the CLAP feature extractor are out of range or contradict each other: sampling_rate {SamplingRate}, " +
                $"fft_window_size {FftWindowSize}, hop_length {HopLength}, feature_size {FeatureSize}, nb_max_samples {NbMaxSamples}.");
        }
    }
}
