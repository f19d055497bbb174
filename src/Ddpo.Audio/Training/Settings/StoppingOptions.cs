using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>
/// When training ends by itself before its last epoch, and which epoch's weights are kept. Everything is off by default. The epoch that a rule ends is
/// the run's last: it is saved, and its <see cref="DdpoEpoch.StopReason"/> says which rule and by what numbers.
/// </summary>
public sealed class StoppingOptions
{
    /// <summary>
    /// Epochs in the moving means of <see cref="Guard"/> and of the plateau, at least 1; 5 by default. An epoch's mean is over few
    /// samples and so goes up and down by itself. Neither is judged before there are so many epochs.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int Window { get; set; } = 5;

    /// <summary>A reward or metric that must not fall while another is gained; <see langword="null"/> (the default) for none.</summary>
    [ValidateObjectMembers]
    public StoppingGuard? Guard { get; set; }

    /// <summary>
    /// The most that <see cref="PolicyGradientMeasurements.ApproxKl"/> of an epoch may be, more than 0; <see langword="null"/> (the default) for no limit.
    /// </summary>
    /// <remarks>
    /// In that number's own unit: as in ddpo-pytorch, log-probs are means over a latent's values, so that it is half the mean
    /// square of a difference of means. Times the square of the number of values in a latent it is in nats. What is usual
    /// depends on the model and the clip length: watch a sound run's numbers, and set some ten times as much.
    /// </remarks>
    [Range(0d, float.MaxValue, MinimumIsExclusive = true)]
    public double? MaxApproxKl { get; set; }

    /// <summary>
    /// Epochs in a row in which the moving mean of <see cref="DdpoEpoch.Reward"/> may fail to rise by <see cref="PlateauMinDelta"/> above the
    /// highest before, at least 1; <see langword="null"/> (the default) for any number.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? PlateauEpochs { get; set; }

    /// <summary>By how much the moving mean must rise to count as a gain, 0 or more; 0 (the default) takes the least rise.</summary>
    [Range(0, float.MaxValue)]
    public double PlateauMinDelta { get; set; }

    /// <summary>
    /// Keeps the weights of the best round of validation clips, and ends training when no better one comes; <see langword="null"/> (the default) for
    /// neither. Needs validation.
    /// </summary>
    [ValidateObjectMembers]
    public BestRoundOptions? Best { get; set; }
}
