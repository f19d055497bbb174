using System.Globalization;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>What no annotation can say of a policy gradient's settings.</summary>
/// <param name="algorithm">The settings.</param>
/// <param name="group">Their key in configuration.</param>
/// <param name="options">All of the run's.</param>
internal sealed class PolicyGradientRules(PolicyGradientOptions algorithm, string group, DdpoOptions options)
{
    private readonly int _steps = options.Sampling.NumInferenceSteps;

    private int Trainable => _steps - algorithm.SkipLastTimesteps;

    /// <summary>All that is wrong.</summary>
    public IEnumerable<SettingFailure> Check()
    {
        if (algorithm.SkipLastTimesteps >= 0 && _steps >= 1 && Trainable < 1)
        {
            yield return Of(
                $"SkipLastTimesteps is {algorithm.SkipLastTimesteps}; expected less than the {_steps} of NumInferenceSteps.", nameof(algorithm.SkipLastTimesteps));
        }

        var window = algorithm.SdeWindow is { Size: >= 1, RangeStart: >= 0, RangeEnd: null or >= 1 } found && _steps >= 1 ? found : null;
        var trained = window?.Size ?? Trainable;
        if (algorithm.TimestepFraction > 0 && trained >= 1 && (int)(trained * algorithm.TimestepFraction) < 1)
        {
            yield return Of(
                $"TimestepFraction {Text(algorithm.TimestepFraction)} of {trained} trained steps is less than one step.",
                nameof(algorithm.TimestepFraction), window is null ? nameof(algorithm.SkipLastTimesteps) : "SdeWindow:Size");
        }

        var passed = trained >= 1 ? (int)(trained * algorithm.TimestepFraction) : 0;
        if (options.Training.TimestepsPerPass is > 1 and var atOnce && passed >= 1 && passed % atOnce != 0)
        {
            yield return new(
                $"TimestepsPerPass is {atOnce}, which does not divide the {passed} denoising steps of each sample that are trained on.",
                "Training:TimestepsPerPass", $"{group}:TimestepFraction", $"{group}:SkipLastTimesteps", "Sampling:NumInferenceSteps");
        }

        foreach (var failure in ReferenceRule.Check(algorithm.KlWeight, group, options))
        {
            yield return failure;
        }

        if (algorithm is DdpoAlgorithmOptions { Variant: DdpoVariant.ScoreFunction, NormalizeRatio: true })
        {
            yield return new(
                "NormalizeRatio is on, but the score function has no ratio: turn it off, or set Variant to ImportanceSampling.",
                $"{group}:NormalizeRatio", $"{group}:Variant");
        }

        foreach (var failure in window is null ? [] : Check(window))
        {
            yield return failure;
        }
    }

    private IEnumerable<SettingFailure> Check(SdeWindowOptions window)
    {
        var end = window.RangeEndIn(_steps);
        var range = $"from step {window.RangeStart} (RangeStart) to before {end} (RangeEnd{(window.RangeEnd is null ? ": half of the steps" : "")})";
        if (end > _steps)
        {
            yield return Of($"The window's range is {range}; expected an end of at most the {_steps} of NumInferenceSteps.", "SdeWindow:RangeEnd");
        }
        else if (end > Trainable && Trainable >= 1)
        {
            yield return Of(
                $"The window's range is {range}, but SkipLastTimesteps is {algorithm.SkipLastTimesteps}, so that only the first {Trainable} of {_steps} steps are trained on: "
                + "end the range there, or leave out fewer.",
                "SdeWindow:RangeEnd", nameof(algorithm.SkipLastTimesteps));
        }

        if (window.Size > end - window.RangeStart)
        {
            yield return Of(
                $"The window's Size is {window.Size}; expected at most the {Math.Max(0, end - window.RangeStart)} steps of its range, which is {range}.",
                "SdeWindow:Size", "SdeWindow:RangeStart", "SdeWindow:RangeEnd");
        }
    }

    private SettingFailure Of(string message, params string[] settings) =>
        new(message, [.. settings.Select(name => $"{group}:{name}"), "Sampling:NumInferenceSteps"]);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
