using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Rewards;

/// <summary>Settings of an <see cref="EmopiaReward"/>, which reads them when it is loaded.</summary>
public sealed class EmopiaRewardOptions
{
    /// <summary>Gets or sets the reward's name in metrics and error messages. Default: <c>emo_score</c>.</summary>
    [Required]
    public string Name { get; set; } = "emo_score";

    /// <summary>
    /// Gets or sets the device: <c>cpu</c> (the default), <c>cuda</c> or <c>cuda:N</c>. An ONNX file runs in the CUDA execution provider
    /// where this names a CUDA device.
    /// </summary>
    [Required]
    [RegularExpression(ComputeDevice.NamePattern, ErrorMessage = ComputeDevice.ExpectedName)]
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// Gets or sets how many chunks are held at once, and go through the network at once; on the CPU TorchSharp's network hears them two at a time, whatever this is. At
    /// least 1. Default: 16. Changes no score.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; set; } = 16;

    /// <summary>
    /// Gets or sets how many threads libtorch shares an operation of this model out to on the CPU, at least 1. Default: 1, so that a pipeline beside it has the
    /// cores for itself: threads of both together that are more than the cores slow each other down. More for scoring alone. Gradients, which training
    /// waits for, take all that the process has. Of libtorch on Linux only; ONNX Runtime has threads of its own.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int NumThreads { get; set; } = 1;

    /// <summary>
    /// Gets or sets the emotion to reward in every clip: a quadrant (<c>Q1</c> to <c>Q4</c>) or its word (<c>happy</c>, <c>angry</c>, <c>sad</c>,
    /// <c>tender</c>), or one of the checkpoint's own labels. Default, <see langword="null"/>: what each prompt's metadata says under
    /// <c>quadrant</c> or <c>emotion</c>.
    /// </summary>
    public string? Target { get; set; }

    /// <summary>Gets or sets how the values become a score. Default: <see cref="EmopiaScore.TargetMinusMaximum"/>.</summary>
    [EnumDataType(typeof(EmopiaScore))]
    public EmopiaScore Score { get; set; } = EmopiaScore.TargetMinusMaximum;

    /// <summary>Gets or sets which chunks of a clip to hear; their values are averaged. Default: <see cref="EmopiaChunking.EveryWholeChunk"/>.</summary>
    [EnumDataType(typeof(EmopiaChunking))]
    public EmopiaChunking Chunking { get; set; } = EmopiaChunking.EveryWholeChunk;

    /// <summary>Gets or sets what to hear of clips shorter than a chunk (3 s). Default: <see cref="EmopiaShortClips.Repeat"/>.</summary>
    [EnumDataType(typeof(EmopiaShortClips))]
    public EmopiaShortClips ShortClips { get; set; } = EmopiaShortClips.Repeat;

    /// <summary>Gets or sets where messages go, such as which execution provider runs an ONNX file; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets where a model comes from that is given by its name.</summary>
    [Required, ValidateObjectMembers]
    public HubOptions Hub { get; set; } = new();

    internal EmopiaRewardOptions Copy()
    {
        var copy = (EmopiaRewardOptions)MemberwiseClone();
        copy.Hub = Hub?.Copy()!;
        return copy;
    }

    internal ILogger CreateLogger() => LoggerFactory?.CreateLogger<EmopiaReward>() ?? NullLogger<EmopiaReward>.Instance;
}
