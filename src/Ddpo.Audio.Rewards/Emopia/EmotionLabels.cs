namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>What a network's outputs stand for, and which of them an emotion asks for.</summary>
/// <remarks>Q1 is high valence and arousal, Q2 low valence and high arousal, Q3 low both, Q4 high valence and low arousal.</remarks>
internal sealed class EmotionLabels
{
    private static readonly string[] s_quadrants = ["Q1", "Q2", "Q3", "Q4"];

    // EMOPIA_cls' two-class networks: high and low arousal, high and low valence.
    private static readonly Dictionary<string, string[]> s_halves = new()
    {
        ["HA"] = ["Q1", "Q2"],
        ["LA"] = ["Q3", "Q4"],
        ["HV"] = ["Q1", "Q4"],
        ["LV"] = ["Q2", "Q3"],
    };

    private readonly string[] _labels;

    /// <param name="labels">The labels in the order of the outputs: Q1 to Q4, HA and LA, or HV and LV, in any order.</param>
    /// <exception cref="ArgumentException">They are none of these.</exception>
    public EmotionLabels(IReadOnlyList<string> labels)
    {
        _labels = [.. labels];
        string[] sorted = [.. _labels.Order(StringComparer.Ordinal)];
        if (!sorted.SequenceEqual(s_quadrants) && sorted is not (["HA", "LA"] or ["HV", "LV"]))
        {
            throw new ArgumentException($"Expected the labels Q1 to Q4, HA and LA, or HV and LV, found {string.Join(", ", labels)}.", nameof(labels));
        }
    }

    /// <summary>The labels in the order of the outputs.</summary>
    public IReadOnlyList<string> Names => _labels;

    /// <summary>The output that an emotion asks for.</summary>
    /// <param name="emotion">A quadrant, an emotion word, or one of the labels.</param>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public int IndexOf(string emotion)
    {
        var name = emotion.Trim();
        var quadrant = EmotionPrompts.Quadrants.TryGetValue(name, out var known) ? known : name;
        var index = Array.FindIndex(_labels, label => QuadrantsOf(label).Contains(quadrant, StringComparer.OrdinalIgnoreCase));
        if (index < 0)
        {
            index = Array.FindIndex(_labels, label => label.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        return index >= 0 ? index : throw new ArgumentException(
            $"Expected an emotion ({string.Join(", ", EmotionPrompts.Quadrants.Keys)}), a quadrant (Q1 to Q4) or one of the labels " +
            $"{string.Join(", ", _labels)}, found '{emotion}'.");
    }

    /// <summary>Which outputs share the target's arousal (or valence).</summary>
    /// <param name="target">An output.</param>
    /// <param name="high">The label of the upper half, <c>HA</c> or <c>HV</c>.</param>
    /// <exception cref="ArgumentException">The network knows nothing of it.</exception>
    public bool[] SameHalf(int target, string high)
    {
        var upper = s_halves[high];
        bool IsUpper(string label) => label == high || (!s_halves.ContainsKey(label) && upper.Contains(label));
        if (!s_quadrants.Contains(_labels[target]) && !_labels.Contains(high))
        {
            throw new ArgumentException($"A network with the labels {string.Join(" and ", _labels)} does not tell {high} from its opposite.");
        }

        return Array.ConvertAll(_labels, label => IsUpper(label) == IsUpper(_labels[target]));
    }

    private static string[] QuadrantsOf(string label) => s_halves.TryGetValue(label, out var quadrants) ? quadrants : [label];
}
