using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// The denoising steps that are drawn with noise (<see cref="SamplingOptions.Eta"/>) and trained on; the others have no noise (eta 0), no log-prob, and
/// no part in training. Where the window lies follows from the run's seed and the epoch alone; all samples of an epoch have the same.
/// </summary>
public sealed class SdeWindowOptions
{
    /// <summary>Steps in the window, at least 1 and at most those of the range; 2 by default, as flow_grpo's Fast variant (MixGRPO takes 4 of 25).</summary>
    [Range(1, int.MaxValue)]
    public int Size { get; set; } = 2;

    /// <summary>Where in the range the window lies; at a place that is drawn anew for each epoch by default.</summary>
    [EnumDataType(typeof(SdeWindowPlacement))]
    public SdeWindowPlacement Placement { get; set; }

    /// <summary>The first step that may be in the window, counted from 0, the noisiest; 0 by default.</summary>
    [Range(0, int.MaxValue)]
    public int RangeStart { get; set; }

    /// <summary>
    /// The step before which the window has to end, at most the denoising steps less SkipLastTimesteps; half of the steps by default
    /// (<see langword="null"/>), as flow_grpo's Fast variant: what is heard is decided early, and the last steps have hardly any noise.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? RangeEnd { get; set; }

    /// <summary>Epochs from one move of a moving window to the next, at least 1; 25 by default, MixGRPO's.</summary>
    [Range(1, int.MaxValue)]
    public int EpochsPerMove { get; set; } = 25;

    /// <summary>Steps by which a moving window moves, at least 1 (the default, MixGRPO's).</summary>
    [Range(1, int.MaxValue)]
    public int Stride { get; set; } = 1;

    /// <summary>The end of the range in a schedule.</summary>
    internal int RangeEndIn(int numInferenceSteps) => RangeEnd ?? (numInferenceSteps / 2);
}

/// <summary>Where in its range the window of noisy steps lies.</summary>
public enum SdeWindowPlacement
{
    /// <summary>Anywhere, drawn anew for each epoch. A range of the window's size fixes it.</summary>
    Random,

    /// <summary>At the range's start at first, then moving towards its end, and beginning again where it would leave it.</summary>
    Moving,
}
