using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>The studio's own settings; those of the library are beside them, in the section <c>Ddpo</c>.</summary>
internal sealed class StudioOptions
{
    /// <summary>The section in appsettings.json.</summary>
    public const string Section = "Studio";

    /// <summary>The folder with runs: new ones are written there, and adapters anywhere in it can be chosen.</summary>
    [Required]
    public string Runs { get; set; } = "runs";

    /// <summary>How many clips can be listened to; older ones are forgotten.</summary>
    [Range(1, 1000)]
    public int KeptClips { get; set; } = 50;

    /// <summary>How many clips may be asked for while one is being made.</summary>
    [Range(0, 1000)]
    public int MaxQueuedClips { get; set; } = 8;

    /// <summary>What a visitor may ask for.</summary>
    [Required, ValidateObjectMembers]
    public StudioLimits Limits { get; set; } = new();

    /// <summary>What the page suggests for a clip.</summary>
    [Required, ValidateObjectMembers]
    public GenerationDefaults Generation { get; set; } = new();

    /// <summary>What algorithms have of their own among the library's settings of training.</summary>
    [Required, ValidateObjectMembers]
    public AlgorithmDefaults Algorithms { get; set; } = new();
}

/// <summary>What a visitor may ask for. Work and memory grow with each of these.</summary>
internal sealed class StudioLimits
{
    /// <summary>Longest clip, in seconds.</summary>
    [Range(0.1, 600)]
    public double MaxSeconds { get; set; } = 10.24;

    /// <summary>Most denoising steps.</summary>
    [Range(1, 1000)]
    public int MaxSteps { get; set; } = 200;

    /// <summary>Most characters in a prompt.</summary>
    [Range(1, 100_000)]
    public int MaxPromptLength { get; set; } = 500;

    /// <summary>Most prompts to train on.</summary>
    [Range(1, 100_000)]
    public int MaxPrompts { get; set; } = 200;

    /// <summary>Most epochs of a run.</summary>
    [Range(1, 1_000_000)]
    public int MaxEpochs { get; set; } = 1000;

    /// <summary>Most samples at once.</summary>
    [Range(1, 4096)]
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>Most batches in an epoch.</summary>
    [Range(1, 4096)]
    public int MaxBatches { get; set; } = 16;
}

/// <summary>What the page suggests for a clip: as in training, so that what was trained is heard.</summary>
internal sealed class GenerationDefaults
{
    /// <summary>The prompt.</summary>
    [Required(AllowEmptyStrings = true)]
    public string Prompt { get; set; } = "a recording of a happy piano solo, high quality";

    /// <summary>Denoising steps.</summary>
    [Range(1, 1000)]
    public int NumInferenceSteps { get; set; } = 5;

    /// <summary>Length in seconds.</summary>
    [Range(0.1, 600)]
    public double Seconds { get; set; } = 1.28;

    /// <summary>Strength of guidance.</summary>
    [Range(0d, 50)]
    public double GuidanceScale { get; set; } = 1;

    /// <summary>Share of fresh noise in each step.</summary>
    [Range(0d, 1d)]
    public double Eta { get; set; } = 1;
}
