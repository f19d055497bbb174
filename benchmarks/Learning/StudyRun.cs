namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>One run of the study.</summary>
/// <param name="Task">What is to be learned: a file of <c>tasks</c>, or the path of another.</param>
/// <param name="Algorithm">By what: a file of <c>algorithms</c>, or the path of another.</param>
/// <param name="Samples">Samples to learn from.</param>
/// <param name="Seed">The run's.</param>
/// <param name="LearningRate">Instead of the file's.</param>
internal sealed record StudyRun(string Task, string Algorithm, int Samples, ulong Seed, double? LearningRate)
{
    /// <summary>Tells it from all others; a file's name.</summary>
    public string Id => FormattableString.Invariant($"{NameOf(Task)}-{NameOf(Algorithm)}-{Samples}-{Seed}") + (LearningRate is { } rate ? FormattableString.Invariant($"-lr{rate}") : "");

    /// <summary>All that are asked for.</summary>
    public static IReadOnlyList<StudyRun> Of(StudyOptions options) =>
    [
        .. from task in Names(options.Tasks, "tasks")
           from seed in options.Seeds.DefaultIfEmpty(42ul)
           from algorithm in Names(options.Algorithms, "algorithms")
           from rate in options.LearningRates.Select(rate => (double?)rate).DefaultIfEmpty(null)
           select new StudyRun(task, algorithm, options.Samples, seed, rate),
    ];

    /// <summary>What a file of settings is called.</summary>
    public static string NameOf(string file) => IsPath(file) ? Path.GetFileNameWithoutExtension(file) : file;

    /// <summary>The file of settings with a name.</summary>
    public static string FileOf(string kind, string name) => IsPath(name) ? Path.GetFullPath(name) : Path.Combine(AppContext.BaseDirectory, kind, name + ".json");

    private static bool IsPath(string name) => name.EndsWith(".json", StringComparison.Ordinal);

    private static string[] Names(string[] asked, string kind)
    {
        string[] all = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, kind), "*.json").Select(NameOf).Order(StringComparer.Ordinal)];
        var unknown = asked.Where(name => !(IsPath(name) ? File.Exists(name) : all.Contains(name, StringComparer.Ordinal))).ToList();
        return unknown.Count == 0
            ? asked.Length == 0 ? all : asked
            : throw new ArgumentException($"Found {string.Join(", ", unknown)} among {kind}; expected some of {string.Join(", ", all)}, or paths of JSON files.");
    }
}
