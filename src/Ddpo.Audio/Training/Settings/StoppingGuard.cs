using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>A reward or metric that ends training when its moving mean falls too far (<see cref="StoppingOptions.Guard"/>).</summary>
public sealed class StoppingGuard
{
    /// <summary>The name of the reward or metric, as it names itself. Required.</summary>
    [Required(ErrorMessage = "expected the name of a reward or metric.")]
    public string Reward { get; set; } = "";

    /// <summary>How far the moving mean may fall below <see cref="Baseline"/>, in the reward's own unit, more than 0. Required.</summary>
    [Range(0d, float.MaxValue, MinimumIsExclusive = true)]
    public double MaxDrop { get; set; }

    /// <summary>For how many epochs in a row it must be that low before training ends, at least 1; 3 by default.</summary>
    [Range(1, int.MaxValue)]
    public int Epochs { get; set; } = 3;

    /// <summary>What the fall is measured from: the highest moving mean so far (the default), or the first.</summary>
    [EnumDataType(typeof(GuardBaseline))]
    public GuardBaseline Baseline { get; set; }
}
