using System.Globalization;

namespace Ddpo.Audio.Samples;

/// <summary>Measures a model on prompts that it is not trained on, always with the same seeds.</summary>
internal sealed class HeldOut(AudioLdm2Pipeline pipeline, IRewardFunction reward, SamplingOptions sampling, StatusLine status)
{
    private const int ClipsPerPrompt = 12;
    private const ulong FirstSeed = 1_000_000;

    /// <summary>Generates every prompt several times, scores the clips, and writes one of each prompt to a folder.</summary>
    /// <returns>The rewards, in a fixed order.</returns>
    public async Task<IReadOnlyList<float>> MeasureAsync(
        IReadOnlyList<Prompt> prompts, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var rewards = new List<float>();
        for (var i = 0; i < prompts.Count; i++)
        {
            var prompt = prompts[i];
            var number = i + 1;
            status.Show(() => $"measuring {Path.GetFileName(folder)} training: {number}/{prompts.Count} \"{prompt}\"");
            var copies = Enumerable.Repeat(prompt, ClipsPerPrompt).ToArray();
            var clips = await pipeline.GenerateAsync(
                new AudioRequest(copies)
                {
                    Duration = sampling.Duration,
                    NumInferenceSteps = sampling.NumInferenceSteps,
                    GuidanceScale = sampling.GuidanceScale,
                    Eta = sampling.Eta,
                    Seed = FirstSeed + (ulong)(i * ClipsPerPrompt),
                },
                cancellationToken: cancellationToken);
            rewards.AddRange(await reward.ScoreAsync(clips, copies, cancellationToken));
            await clips[0].SaveWaveAsync(Path.Combine(folder, FileName(prompt)), cancellationToken: cancellationToken);
        }

        return rewards;
    }

    /// <summary>Says how the mean changed, and by how many standard errors of the paired differences.</summary>
    public static string Compare(IReadOnlyList<float> before, IReadOnlyList<float> after)
    {
        var change = Mean(before.Zip(after, (b, a) => a - b), out var error);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"mean reward on {before.Count} held-out clips: {Mean(before, out var e0):F3} ± {e0:F3} before, {Mean(after, out var e1):F3} ± {e1:F3} after "
            + $"(change {change:+0.000;-0.000} ± {error:F3}, {change / error:F1} standard errors)");
    }

    private static double Mean(IEnumerable<float> values, out double standardError)
    {
        var all = values.Select(value => (double)value).ToArray();
        var mean = all.Average();
        standardError = Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1) / all.Length);
        return mean;
    }

    private static string FileName(Prompt prompt) =>
        string.Concat(prompt.Text.Select(letter => char.IsLetterOrDigit(letter) ? letter : '_')) + ".wav";
}
