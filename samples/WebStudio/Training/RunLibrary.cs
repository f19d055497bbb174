using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>A run of this studio, an earlier one, or another program.</summary>
/// <param name="Run">Its name, that of its folder.</param>
/// <param name="Report">Where its report is; none when null.</param>
/// <param name="Written">When it was written to last.</param>
/// <param name="Epochs">Epochs that its newest checkpoint has.</param>
/// <param name="NumEpochs">Epochs in all; none where its settings do not say it.</param>
internal sealed record RunInfo(string Run, string? Report, DateTimeOffset Written, int Epochs, int? NumEpochs)
{
    /// <summary>Whether it can go on from its newest checkpoint.</summary>
    public bool CanResume => Epochs > 0 && Epochs < NumEpochs;
}

/// <summary>The runs below the folder of runs. Links are not followed.</summary>
internal sealed class RunLibrary(IOptions<StudioOptions> options)
{
    private const int Listed = 50;
    private const string Checkpoint = "epoch-";

    private readonly string _root = Directory.CreateDirectory(Path.GetFullPath(options.Value.Runs)).FullName;

    /// <summary>The newest runs, the newest first.</summary>
    public IReadOnlyList<RunInfo> List() => [.. Find().Take(Listed).Select(ToInfo).Where(run => run.Report is not null || run.Epochs > 0)];

    /// <summary>The folder of a run that can go on.</summary>
    /// <exception cref="StudioProblemException">There is none of that name, or it cannot.</exception>
    public string Resumable(string name)
    {
        if (Find().FirstOrDefault(folder => folder.Name == name) is not { } folder)
        {
            throw new StudioProblemException(StatusCodes.Status404NotFound, "There is no such run.", "It may have been deleted; choose one of the list.");
        }

        var run = ToInfo(folder);
        return run.CanResume ? folder.FullName : throw new StudioProblemException(
            StatusCodes.Status409Conflict,
            "There is nothing to go on with.",
            run.Epochs == 0 ? $"{name} has no checkpoint: no epoch of it is done."
                : run.NumEpochs is { } epochs ? $"{name} is done: {run.Epochs} of {epochs} epochs."
                : $"{name} has no {RunSettingsFile.Name} that says how many epochs it is to have.");
    }

    private IOrderedEnumerable<DirectoryInfo> Find() => new DirectoryInfo(_root).EnumerateDirectories()
        .Where(run => !run.Attributes.HasFlag(FileAttributes.ReparsePoint))
        .OrderByDescending(run => run.LastWriteTimeUtc);

    private static RunInfo ToInfo(DirectoryInfo run)
    {
        var report = new FileInfo(Path.Combine(run.FullName, RunReports.FileName));
        return new(
            run.Name,
            report.Exists ? $"/runs/{Uri.EscapeDataString(run.Name)}/{RunReports.FileName}" : null,
            report.Exists ? report.LastWriteTimeUtc : run.LastWriteTimeUtc,
            EpochsOf(new(Path.Combine(run.FullName, "checkpoints"))),
            NumEpochsOf(Path.Combine(run.FullName, RunSettingsFile.Name)));
    }

    // A checkpoint that is being written has another name until it is whole.
    private static int EpochsOf(DirectoryInfo checkpoints) => !checkpoints.Exists ? 0 : checkpoints.EnumerateDirectories(Checkpoint + "*")
        .Select(folder => int.TryParse(folder.Name[Checkpoint.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var epochs) ? epochs : 0)
        .DefaultIfEmpty().Max();

    private static int? NumEpochsOf(string settings)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(settings));
            return json.RootElement.GetProperty("Training").GetProperty("NumEpochs").GetInt32();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null; // anything may be in a folder
        }
    }
}
