namespace Ddpo.Audio.Samples;

/// <summary>The prompts of a run.</summary>
internal static class TrainingPrompts
{
    /// <summary>The prompts of a request.</summary>
    /// <param name="texts">What was typed, a prompt a line.</param>
    /// <param name="limits">How many, and how long.</param>
    /// <param name="needEmotions">Whether each has to name an emotion.</param>
    /// <param name="errors">Gets what is wrong with them.</param>
    /// <returns><see langword="null"/> when something is.</returns>
    public static PromptSource? Of(IReadOnlyList<string> texts, StudioLimits limits, bool needEmotions, FieldErrors errors)
    {
        var lines = texts.Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => line.Trim()).ToArray();
        if (lines.Length == 0 || lines.Length > limits.MaxPrompts)
        {
            errors.Add("prompts", $"There are {lines.Length} prompts; expected 1 to {limits.MaxPrompts}, one a line.");
            return null;
        }

        var prompts = lines.Select(line => Emotions.ToPrompt(line, Emotions.In(line))).ToArray();
        for (var i = 0; i < prompts.Length; i++)
        {
            errors.Prompt("prompts", $"Prompt {i + 1}", lines[i], limits.MaxPromptLength);
            if (needEmotions && prompts[i].Metadata.Count == 0)
            {
                errors.Add("prompts", $"Prompt {i + 1} does not name exactly one of {string.Join(", ", Emotions.Words)}, which EMOPIA listens for.");
            }
        }

        return errors.Any ? null : PromptSource.FromList(prompts);
    }
}
