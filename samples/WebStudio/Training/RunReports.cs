using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>A run with a report.</summary>
/// <param name="Run">The run.</param>
/// <param name="Report">Where its report is.</param>
/// <param name="Written">When it was written last.</param>
internal sealed record RunReport(string Run, string Report, DateTimeOffset Written);

/// <summary>The reports of the runs, and the clips that they play: nothing else of what is below the folder of runs can be asked for.</summary>
internal sealed class RunReports(IOptions<StudioOptions> options)
{
    private const string Path = "/runs", FileName = "report.html";

    private readonly DirectoryInfo _root = Directory.CreateDirectory(System.IO.Path.GetFullPath(options.Value.Runs));

    /// <summary>All runs that have one, the newest first.</summary>
    public IReadOnlyList<RunReport> List() =>
    [
        .. _root.EnumerateDirectories()
            .Where(run => !run.Attributes.HasFlag(FileAttributes.ReparsePoint))
            .Select(run => new FileInfo(System.IO.Path.Combine(run.FullName, FileName)))
            .Where(report => report.Exists)
            .OrderByDescending(report => report.LastWriteTimeUtc)
            .Select(report => new RunReport(
                report.Directory!.Name, $"{Path}/{Uri.EscapeDataString(report.Directory.Name)}/{FileName}", report.LastWriteTimeUtc)),
    ];

    /// <summary>How they are served: as pages that can reach nothing of the studio's, whoever wrote them.</summary>
    public StaticFileOptions Files() => new()
    {
        RequestPath = Path,
        FileProvider = new PhysicalFileProvider(_root.FullName),
        ContentTypeProvider = new FileExtensionContentTypeProvider(new Dictionary<string, string> { [".html"] = "text/html; charset=utf-8", [".wav"] = "audio/wav" }),
        OnPrepareResponse = context =>
        {
            context.Context.Response.Headers.ContentSecurityPolicy = "sandbox allow-scripts";
            context.Context.Response.Headers.CacheControl = "no-cache"; // it grows
        },
    };
}
