using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// An exponential moving average of what learns, which is steadier than the weights themselves (<see cref="TrainingOptions.Ema"/>). Names in parentheses are
/// flow_grpo's, and so are the defaults.
/// </summary>
/// <remarks>
/// After optimizer step s, counted from 0 over the whole run, average += (1 − δ) (weights − average) with δ = min((1 + s) / (10 + s), <see cref="Decay"/>);
/// the average begins as the weights do. One more number for every trained weight on the device, one in the CPU's memory.
/// </remarks>
public sealed class EmaOptions
{
    /// <summary>How much of the average stays at most (<c>decay</c>), from 0 to below 1; 0.9 by default. In the first steps less stays, as the formula says.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double Decay { get; set; } = 0.9;

    /// <summary>Optimizer steps from one change of the average to the next (<c>update_step_interval</c>), at least 1; 8 by default.</summary>
    [Range(1, int.MaxValue)]
    public int UpdateEvery { get; set; } = 8;
}
