namespace Ddpo.Audio.Adapters;

/// <summary>Reports everything that is wrong with an adapter file at once.</summary>
internal static class LoraProblems
{
    private const int Shown = 20;

    /// <exception cref="CheckpointException">There is a problem.</exception>
    public static void ThrowIfAny(string location, string summary, IReadOnlyCollection<string> problems)
    {
        if (problems.Count == 0)
        {
            return;
        }

        var lines = problems.Take(Shown).Select(problem => Environment.NewLine + "  " + problem);
        var rest = problems.Count > Shown ? $"{Environment.NewLine}  and {problems.Count - Shown} more" : "";
        throw new CheckpointException($"The LoRA adapter {location} {summary}{string.Concat(lines)}{rest}");
    }
}
