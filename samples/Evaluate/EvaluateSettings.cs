using Ddpo.Audio.Rewards;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>Everything that an evaluation can be told.</summary>
internal sealed class EvaluateSettings
{
    /// <summary>
    /// A folder of WAVs, or a samples.jsonl that lists some. Without a Prompt, the samples.jsonl in the folder says what the clips were
    /// made for, or else their names by quadrant, as Q1_0.wav.
    /// </summary>
    [Required]
    public string Input { get; set; } = "runs/generated";

    /// <summary>The folder for the CSV files.</summary>
    [Required]
    public string Output { get; set; } = "runs/evaluation";

    /// <summary>
    /// A folder of real WAVs that the Input is compared with as a whole: FAD, KAD and, above 500 windows, FAD-infinity, on the vectors of the CLAP reward. They go to
    /// set_metrics.csv; vectors are kept in the Output's folder "embeddings" for the next time.
    /// </summary>
    public string? Reference { get; set; }

    /// <summary>What all clips were made for.</summary>
    public string? Prompt { get; set; }

    /// <summary>Facts about the Prompt that rewards need, such as emotion=happy.</summary>
    [Required]
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>What clips named by quadrant play; piano by default.</summary>
    [Required]
    public string Instrument { get; set; } = "piano";

    /// <summary>Whether folders in the Input are searched, too; false by default. A samples.jsonl lists all there is.</summary>
    public bool Recursive { get; set; }

    /// <summary>How clips are read and scored. Changes no score.</summary>
    [Required, ValidateObjectMembers]
    public EvaluationOptions Options { get; set; } = new();

    /// <summary>The clips.</summary>
    public EvaluationSet ToSet()
    {
        var input = Assets.Find(Input);
        if (Prompt is not null)
        {
            return EvaluationSet.FromFolder(input, new Prompt(Prompt) { Metadata = Metadata }, Recursive);
        }

        var manifest = File.Exists(input) ? input : Path.Combine(input, SampleManifest.FileName);
        return File.Exists(manifest) ? EvaluationSet.FromManifest(manifest) : EvaluationSet.FromQuadrants(input, Instrument, Recursive);
    }
}
