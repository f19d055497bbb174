using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;

namespace Ddpo.Audio.Testing;

/// <summary>The packages that this repository was restored with.</summary>
public static class PackageCache
{
    /// <summary>The folder that they are in.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The version of a package that <c>Directory.Packages.props</c> names.</summary>
    public static string Version(string package) => Versions[package];

    /// <summary>All packages of <c>Directory.Packages.props</c> and their versions.</summary>
    public static IReadOnlyDictionary<string, string> Versions { get; } =
        XDocument.Load(Path.Combine(Fixtures.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

    /// <summary>A file of a package as it was published, whatever has become of the one in the cache.</summary>
    public static byte[] Read(string package, string path)
    {
        var (id, version) = (package.ToLowerInvariant(), Version(package));
        using var archive = ZipFile.OpenRead(Path.Combine(Folder, id, version, $"{id}.{version}.nupkg"));
        using var content = archive.GetEntry(path)?.Open() ?? throw new FileNotFoundException($"{package} has no {path}.");
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    private static string Find()
    {
        var assets = File.ReadAllText(Path.Combine(Fixtures.Repository, "src", "Ddpo.Audio", "obj", "project.assets.json"));
        return JsonDocument.Parse(assets).RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
    }
}
