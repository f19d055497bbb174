namespace Ddpo.Audio.Testing;

/// <summary>The tasks for which the fixtures have a checkpoint of EMOPIA's classifier; each set has others.</summary>
public static class EmopiaTasks
{
    private static readonly string s_root = Fixtures.Path("rewards", "emopia", "best_weight", "wav");

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.GetDirectories(s_root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <summary>All, for theories.</summary>
    public static Xunit.TheoryData<string> Data => new(All);

    /// <summary>A task whose network has so many outputs: 4 for the quadrants, 2 for a half; null when the set has none.</summary>
    public static string? With(int outputs) => All.FirstOrDefault(task => Labels(task).Count == outputs);

    /// <summary>The meanings of a network's outputs.</summary>
    public static IReadOnlyList<string> Labels(string task)
    {
        using var golden = RewardGolden.Open("emopia/" + task);
        return golden.Strings("labels");
    }

    /// <summary>The folder of a task's checkpoint and settings.</summary>
    public static string Folder(string task) => Path.Combine(s_root, task);

    /// <summary>A task's checkpoint.</summary>
    public static string Checkpoint(string task) => Path.Combine(Folder(task), "best.ckpt");
}
