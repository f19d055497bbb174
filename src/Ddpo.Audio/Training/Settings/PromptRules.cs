using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>A reward that reads more of a prompt than its text.</summary>
internal interface IReadsPrompts
{
    /// <summary>What a prompt lacks, and what to do about it; <see langword="null"/> when nothing.</summary>
    string? ProblemOf(Prompt prompt);
}

/// <summary>Prompts tell the rewards what they need to know, as far as prompts are known before they are drawn.</summary>
internal static class PromptRules
{
    /// <summary>What the first prompt that lacks something lacks.</summary>
    /// <param name="reward">The reward's name in the settings.</param>
    /// <param name="problemOf">What a prompt lacks for it.</param>
    /// <param name="prompts">What is trained on; <see langword="null"/> when that is not known.</param>
    /// <param name="options">The run's.</param>
    public static IEnumerable<SettingFailure> Check(string reward, Func<Prompt, string?> problemOf, IReadOnlyList<Prompt>? prompts, DdpoOptions options)
    {
        var lacking = (prompts ?? []).Where(prompt => prompt is not null && problemOf(prompt) is not null).ToList();

        // Where samples that a reward fails on may be dropped, some prompts may be there for others.
        var mayBe = options.RewardFailures?.Action == RewardFailureAction.DropSamples && lacking.Count < prompts?.Count;
        return lacking.Count == 0 || mayBe ? [] : [new SettingFailure(problemOf(lacking[0])!, $"Rewards:{reward}", "Prompts")];
    }
}
