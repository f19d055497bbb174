using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>Names runs by the time at which they start.</summary>
internal sealed class RunNames(IOptions<StudioOptions> options, TimeProvider time)
{
    /// <summary>A name that no run has, and the folder for it, which is not made.</summary>
    public (string Name, string Folder) Next()
    {
        var name = "studio-" + time.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var folder = FolderOf(name);
        for (var n = 2; Path.Exists(folder); n++)
        {
            folder = FolderOf($"{name}-{n}");
        }

        return (Path.GetFileName(folder), folder);
    }

    private string FolderOf(string name) => Path.GetFullPath(Path.Combine(options.Value.Runs, name));
}
