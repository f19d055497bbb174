using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Rewards;

/// <summary>Settings of a <see cref="ClapReward"/>, which reads them when it is loaded. The defaults give the scores of the library that the checkpoint is for.</summary>
public sealed class ClapRewardOptions
{
    /// <summary>Gets or sets the reward's name in metrics and error messages. Default: <c>clap_score</c>.</summary>
    [Required]
    public string Name { get; set; } = "clap_score";

    /// <summary>
    /// Gets or sets the device: <c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>. ONNX files run in the CUDA execution provider
    /// where this names a CUDA device.
    /// </summary>
    [Required]
    [RegularExpression(ComputeDevice.NamePattern, ErrorMessage = ComputeDevice.ExpectedName)]
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// Gets or sets how many windows of audio, or texts, are held at once, and go through the model at once; on the CPU TorchSharp's model hears windows two at a time,
    /// whatever this is. At least 1. Default: 8. Changes no score.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; set; } = 8;

    /// <summary>
    /// Gets or sets how many threads libtorch shares an operation of this model out to on the CPU, at least 1. Default: 1, so that a pipeline beside it has the
    /// cores for itself: threads of both together that are more than the cores slow each other down. More for scoring alone. Gradients, which training
    /// waits for, take all that the process has. Of libtorch on Linux only; ONNX Runtime has threads of its own.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int NumThreads { get; set; } = 1;

    /// <summary>
    /// Gets or sets a folder with RoBERTa's <c>vocab.json</c> and <c>merges.txt</c> (or <c>tokenizer.json</c>): the hub's roberta-base or an
    /// AudioLDM2 model's <c>tokenizer</c> will do, also by a name on the hub, such as <c>FacebookAI/roberta-base</c>, which is the default for a laion_clap checkpoint of the hub. Default, beside a laion_clap checkpoint: <c>tokenizer</c>, <c>roberta-base</c>,
    /// the checkpoint's own folder, or the <c>tokenizer</c> of an AudioLDM2 model there that has as many tokens; in a model's folder: the folder itself or its <c>tokenizer</c>.
    /// </summary>
    public string? TokenizerFolder { get; set; }

    /// <summary>
    /// Gets or sets the model configuration, such as <c>HTSAT-base.json</c>, which has the settings of the spectrogram; for laion_clap
    /// checkpoints only. Default: the only <c>HTSAT-*.json</c> beside the checkpoint, or the settings of all published checkpoints if there is none.
    /// </summary>
    public string? AudioConfigPath { get; set; }

    /// <summary>
    /// Gets or sets RoBERTa's number of attention heads, at least 1; for laion_clap checkpoints only, which do not tell it. Default: <c>num_attention_heads</c> of a
    /// <c>config.json</c> in the tokenizer's folder, else that of roberta-base or roberta-large by the checkpoint's sizes.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? TextHeads { get; set; }

    /// <summary>Gets or sets what to hear of clips that are too long. Default: their <see cref="ClapCrop.Start"/>.</summary>
    [EnumDataType(typeof(ClapCrop))]
    public ClapCrop Crop { get; set; } = ClapCrop.Start;

    /// <summary>Gets or sets the seed of <see cref="ClapCrop.SeededRandom"/>. Default: 0.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Gets or sets whether to round samples to 16 bits before the spectrogram. Default (null): yes for laion_clap checkpoints and no for all
    /// others, as laion_clap and transformers do.
    /// </summary>
    public bool? QuantizeToInt16 { get; set; }

    /// <summary>Gets or sets how to resample. Default: <see cref="ClapResampling.Sinc"/>.</summary>
    [EnumDataType(typeof(ClapResampling))]
    public ClapResampling Resampling { get; set; } = ClapResampling.Sinc;

    /// <summary>
    /// Gets or sets prompts that a clip shall fit less well than its own, such as all of a training run: their texts count, and configuration takes them as it takes <c>Prompts</c>, also as a template. With some, the score is the contrast between them,
    /// τ ln (exp(c / τ) / Σ exp(cⱼ / τ)), where c is the cosine of the prompt, cⱼ those of the prompt and of all of these, and τ <see cref="AlternativesTemperature"/>: at most 0, which is best. It is what
    /// CLAP itself was trained by (Wu et al. 2023, arXiv:2211.06687). Music that fits everything a little gains nothing by it, so that training keeps what tells prompts apart.
    /// Default: none, and the score is the cosine.
    /// </summary>
    [Required]
    public IReadOnlyList<Prompt> Alternatives { get; set; } = [];

    /// <summary>Gets or sets the temperature τ of <see cref="Alternatives"/>, at least 0.001: where a text is this much closer to the clip, it counts e times as much. Default: 0.1.</summary>
    [Range(0.001, float.MaxValue)]
    public double AlternativesTemperature { get; set; } = 0.1;

    /// <summary>Gets or sets where messages go, such as which execution provider runs an ONNX file; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets where a model comes from that is given by its name.</summary>
    [Required, ValidateObjectMembers]
    public HubOptions Hub { get; set; } = new();

    internal ClapRewardOptions Copy()
    {
        var copy = (ClapRewardOptions)MemberwiseClone();
        copy.Alternatives = Alternatives is null ? null! : [.. Alternatives];
        copy.Hub = Hub?.Copy()!;
        return copy;
    }

    internal ILogger CreateLogger() => LoggerFactory?.CreateLogger<ClapReward>() ?? NullLogger<ClapReward>.Instance;
}
