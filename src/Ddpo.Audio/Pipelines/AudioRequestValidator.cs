using System.Globalization;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Pipelines;

/// <summary>Checks a request, and says all that is wrong with it.</summary>
internal static class AudioRequestValidator
{
    public static void Validate(AudioRequest request, AudioScheduler scheduler, DdimConfig noise, ClipGeometry? geometry)
    {
        var mostSteps = scheduler is DpmSolverMultistep ? DpmSolverSchedule.MostSteps(noise) : noise.MostSteps;
        var failures = Failures(request, mostSteps, geometry).Concat(Failures(request, scheduler)).ToArray();
        if (failures.Length > 0)
        {
            throw new ArgumentException("The request cannot be generated. " + string.Join(" ", failures), nameof(request));
        }
    }

    private static IEnumerable<string> Failures(AudioRequest request, int mostSteps, ClipGeometry? geometry)
    {
        if (request.Prompts is not { Count: > 0 } || request.Prompts.Any(prompt => prompt?.Text is null))
        {
            yield return "Prompts must hold at least one prompt, and none that is null.";
        }

        if (request.NegativePrompt is null)
        {
            yield return "NegativePrompt is null; expected a text, which may be empty.";
        }

        if (request.NumInferenceSteps < 1 || request.NumInferenceSteps > mostSteps)
        {
            yield return $"NumInferenceSteps is {request.NumInferenceSteps}; expected 1 to {mostSteps}.";
        }

        if (!(request.GuidanceScale >= 0 && float.IsFinite((float)request.GuidanceScale)))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"GuidanceScale is {request.GuidanceScale}; expected at least 0, and finite in 32 bits.");
        }

        if (request.Eta is not (>= 0 and <= 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Eta is {request.Eta}; expected 0 to 1.");
        }

        if (request.NumWaveformsPerPrompt < 1)
        {
            yield return $"NumWaveformsPerPrompt is {request.NumWaveformsPerPrompt}; expected at least 1.";
        }

        if (geometry is null || geometry.LatentCount == 0)
        {
            yield return $"Duration is {request.Duration}; expected at least one frame of 10 ms, and at most {AudioRequest.LongestDuration}.";
            yield break;
        }

        if (request.Prompts is null)
        {
            yield break;
        }

        var expected = geometry.LatentCount * request.Prompts.Count * request.NumWaveformsPerPrompt;
        var shape = string.Join(", ", geometry.LatentShape);
        if (request.InitialLatents is { } latents && latents.Length != expected)
        {
            yield return $"InitialLatents has {latents.Length} numbers; expected {expected}: [clips, {shape}].";
        }

        if ((request.InitialLatents is { } given && !AllFinite(given)) || (request.Noise is { } noises && !noises.All(AllFinite)))
        {
            yield return "InitialLatents or Noise has a number that is not finite.";
        }

        if (request.Noise is { } noise && (noise.Count != request.NumInferenceSteps || noise.Any(step => step.Length != expected)))
        {
            yield return $"Noise must have {request.NumInferenceSteps} entries, one a step, of {expected} numbers each: [clips, {shape}].";
        }
    }

    private static IEnumerable<string> Failures(AudioRequest request, AudioScheduler scheduler)
    {
        if (scheduler is DpmSolverMultistep solver)
        {
            foreach (var failure in SettingAnnotations.Check(solver, nameof(AudioRequest.Scheduler)))
            {
                yield return failure.Message;
            }

            if (request.Eta != 0)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"Eta is {request.Eta}, but DPM-Solver++ adds no noise; expected 0, or AudioScheduler.Ddim as Scheduler.");
            }
        }

        if (request.GuidanceInterval.Lowest < 0 || request.GuidanceInterval.Lowest > request.GuidanceInterval.Highest)
        {
            yield return $"GuidanceInterval is {request.GuidanceInterval.Lowest} to {request.GuidanceInterval.Highest}; expected timesteps from 0, the lower one first.";
        }
    }

    private static bool AllFinite(ReadOnlyMemory<float> values) => !values.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue);
}
