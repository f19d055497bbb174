namespace Ddpo.Audio.Rewards.Signal;

/// <summary>What the signal rewards demand of their input.</summary>
internal static class SignalChecks
{
    /// <summary>Scores each clip by <paramref name="score"/>, after checking that it is audio.</summary>
    public static IReadOnlyList<float> ScoreEach(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, Func<AudioClip, double> score, CancellationToken cancellationToken)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        var scores = new float[clips.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var samples = clips[i].Samples.Span;
            if (samples.IsEmpty || samples.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
            {
                throw new ArgumentException(
                    $"Clip {i} of {clips.Count} cannot be scored: {(samples.IsEmpty ? "it has no samples" : "it holds NaN or infinity")}.",
                    nameof(clips));
            }

            scores[i] = (float)score(clips[i]);
        }

        return scores;
    }
}
