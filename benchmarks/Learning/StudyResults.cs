using System.Text.Json;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>The study's folder: a file and an adapter for each run that is done, and what all of them say.</summary>
/// <param name="folder">The folder.</param>
internal sealed class StudyResults(string folder)
{
    /// <summary>The folder of a run while it goes on.</summary>
    public string RunFolder(StudyRun run) => Path.Combine(folder, "runs", run.Id);

    /// <summary>Where the adapter of a run stays, which another run may begin with (<c>Lora:InitialWeights</c>).</summary>
    public string AdapterFolder(StudyRun run) => Path.Combine(folder, "adapters", run.Id);

    /// <summary>Whether a run is done.</summary>
    public bool Has(StudyRun run) => File.Exists(PathOf(run));

    /// <summary>What a run measured.</summary>
    public IReadOnlyList<StudyRow> Read(StudyRun run) => ReadFile(PathOf(run));

    /// <summary>Keeps what a run measured: it is done.</summary>
    public void Add(StudyRun run, IReadOnlyList<StudyRow> rows)
    {
        Directory.CreateDirectory(Path.Combine(folder, "rows"));
        var unfinished = PathOf(run) + ".tmp";
        File.WriteAllText(unfinished, JsonSerializer.Serialize(rows));
        File.Move(unfinished, PathOf(run), overwrite: true);
    }

    /// <summary>Writes <c>results.csv</c>, <c>table.md</c> and a figure for each task and budget, of all runs that are done.</summary>
    public void Write()
    {
        var rows = Directory.GetFiles(Path.Combine(folder, "rows"), "*.json").Order(StringComparer.Ordinal).SelectMany(ReadFile).ToList();
        File.WriteAllLines(Path.Combine(folder, "results.csv"), rows.Select(row => row.ToCsv()).Prepend(StudyRow.CsvHeader));
        var tables = rows.GroupBy(row => (Task: StudyRun.NameOf(row.Run.Task), row.Run.Samples)).OrderBy(group => group.Key).ToList();
        File.WriteAllText(Path.Combine(folder, "table.md"), string.Join('\n', tables.Select(group => StudyTable.Of(group.Key.Task, group.Key.Samples, [.. group]))));
        foreach (var group in tables)
        {
            StudyFigure.Write(Path.Combine(folder, FormattableString.Invariant($"{group.Key.Task}-{group.Key.Samples}.svg")), [.. group]);
        }
    }

    private static IReadOnlyList<StudyRow> ReadFile(string path) => JsonSerializer.Deserialize<StudyRow[]>(File.ReadAllText(path))!;

    private string PathOf(StudyRun run) => Path.Combine(folder, "rows", run.Id + ".json");
}
