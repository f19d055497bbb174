using System.IO.Compression;
using System.Xml.Linq;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Packaging.Tests;

/// <summary>The packages, made as <c>dotnet pack</c> makes them, in a folder of their own.</summary>
[CollectionDefinition(nameof(Packages))]
public sealed class Packages : IAsyncLifetime, IDisposable, ICollectionFixture<Packages>
{
    private readonly TemporaryFolder _folder = new();

    public static string[] Ids { get; } = ["Ddpo.Audio", "Ddpo.Audio.Rewards"];

    public string Folder => _folder.Root;

    /// <summary>The version that the repository gives them.</summary>
    public static string Version { get; } =
        XDocument.Load(Path.Combine(Fixtures.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Opens a package, or the package with its symbols.</summary>
    public ZipArchive Open(string id, string extension = "nupkg") => ZipFile.OpenRead(_folder[$"{id}.{Version}.{extension}"]);

    /// <summary>A file in a package.</summary>
    public byte[] Read(string id, string path, string extension = "nupkg")
    {
        using var package = Open(id, extension);
        using var content = package.GetEntry(path)?.Open() ?? throw new FileNotFoundException($"{id}.{extension} has no {path}.");
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>What a package says of itself.</summary>
    public XElement Manifest(string id)
    {
        using var content = new MemoryStream(Read(id, id + ".nuspec"));
        var manifest = XElement.Load(content);
        foreach (var element in manifest.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return manifest.Element("metadata")!;
    }

    public async Task InitializeAsync()
    {
        // A release is what is shipped; it is built already when the tests are a release, too.
        var isBuilt = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name == "Release";
        foreach (var id in Ids)
        {
            await DotNet.RunAsync(
                Fixtures.Repository,
                ["pack", $"src/{id}/{id}.csproj", "-c", "Release", "-o", Folder, .. isBuilt ? ["--no-build"] : Array.Empty<string>()]);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
