using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>The reports of the runs, and the clips that they play: nothing else of what is below the folder of runs can be asked for.</summary>
internal sealed class RunReports(IOptions<StudioOptions> options)
{
    /// <summary>The report's name in a run's folder.</summary>
    public const string FileName = "report.html";

    private readonly string _root = Directory.CreateDirectory(Path.GetFullPath(options.Value.Runs)).FullName;

    /// <summary>A page or a clip of a run, as what can reach nothing of the studio's, whoever wrote it; not found where it is anything else.</summary>
    /// <param name="path">Below the folder of runs; one that leaves it leads nowhere.</param>
    /// <param name="context">The request's.</param>
    public Results<PhysicalFileHttpResult, ProblemHttpResult> Open(string path, HttpContext context)
    {
        using var files = new PhysicalFileProvider(_root);
        var file = files.GetFileInfo(path);
        var type = Path.GetExtension(path) switch { ".html" => "text/html; charset=utf-8", ".wav" => "audio/wav", _ => null };
        if (type is null || !file.Exists)
        {
            return TypedResults.Problem("There is no such report or clip.", statusCode: StatusCodes.Status404NotFound);
        }

        context.Response.Headers.ContentSecurityPolicy = "sandbox allow-scripts";
        context.Response.Headers.CacheControl = "no-cache"; // it grows
        return TypedResults.PhysicalFile(file.PhysicalPath!, type, enableRangeProcessing: true);
    }
}
