namespace Ddpo.Audio.Samples;

/// <summary>Scores clips by the rewards that training uses.</summary>
/// <param name="clap">How well a clip fits its prompt.</param>
/// <param name="emopia">How clearly a clip has the emotion that its prompt names; may be missing.</param>
/// <param name="log">Told when a clip cannot be scored.</param>
internal sealed partial class ClipScorer(
    [FromKeyedServices(RewardNames.Clap)] IRewardFunction clap,
    ILogger<ClipScorer> log,
    [FromKeyedServices(RewardNames.Emopia)] IRewardFunction? emopia = null)
{
    /// <summary>The scores; <see langword="null"/> if there are none, for a clip without scores is still a clip.</summary>
    public async Task<ClipScores?> ScoreAsync(AudioClip audio, string prompt, CancellationToken cancellationToken)
    {
        try
        {
            var similarity = (await clap.ScoreAsync([audio], [prompt], cancellationToken))[0];
            if (emopia is null)
            {
                return new ClipScores(similarity);
            }

            // Asked for each emotion in turn: the one that it finds most of is what it hears.
            var emotions = Emotions.Words.Select(emotion => Emotions.ToPrompt(prompt, emotion)).ToArray();
            var values = await emopia.ScoreAsync([.. emotions.Select(_ => audio)], emotions, cancellationToken);
            return new ClipScores(similarity, Emotions.Words.Zip(values).MaxBy(heard => heard.Second).First, values.Max());
        }
        catch (Exception exception) when (exception is CheckpointException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            LogUnscored(log, exception);
            return null;
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "A clip could not be scored.")]
    private static partial void LogUnscored(ILogger log, Exception exception);
}
