namespace Ddpo.Audio.Rewards;

/// <summary>Settings of a <see cref="ClapReward"/>. The defaults fit the published laion_clap checkpoints.</summary>
public sealed record ClapRewardOptions
{
    /// <summary>The reward's name in metrics and error messages. Default: <c>clap_score</c>.</summary>
    public string Name { get; init; } = "clap_score";

    /// <summary><c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>How many windows of audio, or texts, go through the model at once; at least 1. Default: 8. Changes no score.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// A folder with RoBERTa's <c>vocab.json</c> and <c>merges.txt</c> (or <c>tokenizer.json</c>): the hub's roberta-base or an
    /// AudioLDM2 model's <c>tokenizer</c> will do. Default: <c>tokenizer</c> or <c>roberta-base</c> beside the checkpoint, or the
    /// checkpoint's own folder.
    /// </summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>
    /// laion_clap's model configuration, such as <c>HTSAT-base.json</c>, which has the settings of the spectrogram. Default: the
    /// only <c>HTSAT-*.json</c> beside the checkpoint, or the settings of all published checkpoints if there is none.
    /// </summary>
    public string? AudioConfigPath { get; init; }

    /// <summary>
    /// RoBERTa's number of attention heads, which a checkpoint does not tell. Default: <c>num_attention_heads</c> of a
    /// <c>config.json</c> in the tokenizer's folder, else that of roberta-base or roberta-large by the checkpoint's sizes.
    /// </summary>
    public int? TextHeads { get; init; }

    /// <summary>What to hear of clips that are too long. Default: their <see cref="ClapCrop.Start"/>.</summary>
    public ClapCrop Crop { get; init; } = ClapCrop.Start;

    /// <summary>The seed of <see cref="ClapCrop.SeededRandom"/>. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Whether to round samples to 16 bits, as the original does before its spectrogram. Default: yes.</summary>
    public bool QuantizeToInt16 { get; init; } = true;

    /// <summary>How to resample. Default: <see cref="ClapResampling.Sinc"/>.</summary>
    public ClapResampling Resampling { get; init; } = ClapResampling.Sinc;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentException.ThrowIfNullOrWhiteSpace(Device);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        if (TextHeads is { } heads)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1, nameof(TextHeads));
        }

        if (!Enum.IsDefined(Crop) || !Enum.IsDefined(Resampling))
        {
            throw new ArgumentException($"Expected known values of Crop and Resampling, found {Crop} and {Resampling}.");
        }
    }
}
