using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>Which denoising steps have noise in an epoch, and which of them are trained on.</summary>
/// <param name="Noisy">Drawn with noise.</param>
/// <param name="Trained">Of these, trained on.</param>
internal readonly record struct TrainedSteps(StepRange Noisy, StepRange Trained)
{
    /// <summary>All that any epoch trains on.</summary>
    public static StepRange OfAnyEpoch(PolicyGradientOptions options, int steps) => options.SdeWindow is { } window
        ? new(window.RangeStart, window.RangeEndIn(steps) - window.RangeStart)
        : new(0, steps - options.SkipLastTimesteps);

    /// <summary>Those of an epoch: a function of the settings, the seed and the epoch.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="steps">Denoising steps.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="seed">The epoch's, for a window that is drawn.</param>
    public static TrainedSteps Of(PolicyGradientOptions options, int steps, int epoch, ulong seed)
    {
        if (options.SdeWindow is not { } window)
        {
            return new(new StepRange(0, steps), OfAnyEpoch(options, steps));
        }

        var places = window.RangeEndIn(steps) - window.RangeStart - window.Size + 1;
        var place = window.Placement == SdeWindowPlacement.Moving
            ? (long)(epoch / window.EpochsPerMove) * window.Stride % places
            : new CounterRandom(seed, 0).Below(places);
        var range = new StepRange(window.RangeStart + (int)place, window.Size);
        return new(range, range);
    }
}
