namespace Ddpo.Audio.Evaluation;

/// <summary>Keeps count of an evaluation under way.</summary>
internal sealed class RunningTotals(IReadOnlyList<IRewardFunction> rewards, int total)
{
    private readonly Dictionary<string, (double Sum, int Count)> _scores = rewards.ToDictionary(reward => reward.Name, _ => (0d, 0));
    private int _done;
    private int _failed;

    public void Add(EvaluatedClip clip)
    {
        _done++;
        _failed += clip.IsScored ? 0 : 1;
        foreach (var (name, score) in clip.Scores)
        {
            _scores[name] = (_scores[name].Sum + score, _scores[name].Count + 1);
        }
    }

    /// <summary>A value of its own, which later counting does not change.</summary>
    public EvaluationProgress Progress() => new(
        _done, total, _failed, _scores.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count));
}
