namespace Ddpo.Audio;

/// <summary>What the rewards said about one clip.</summary>
/// <param name="Sample">The clip: its file, its prompt, and the scores that were recorded when it was made.</param>
public sealed record EvaluatedClip(SampleEntry Sample)
{
    /// <summary>The scores, by the rewards' names. A reward that could not score the clip is missing.</summary>
    public required IReadOnlyDictionary<string, float> Scores { get; init; }

    /// <summary>The decisions of the rewards that are classifiers, by their names. One that could not decide is missing.</summary>
    public required IReadOnlyDictionary<string, Classification> Classifications { get; init; }

    /// <summary>Why a score is missing, by the reward's name. A clip that cannot be read has an entry for every reward.</summary>
    public required IReadOnlyDictionary<string, string> Problems { get; init; }

    /// <summary>Whether every reward scored the clip.</summary>
    public bool IsScored => Problems.Count == 0;

    /// <summary><c>ok</c>, or what went wrong.</summary>
    public string Status => IsScored ? "ok" : string.Join(" ", Problems.Values.Distinct());
}
