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

    /// <summary>The package of the templates.</summary>
    public const string Templates = "Ddpo.Audio.Templates";

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

    /// <summary>
    /// The nuget.config of a user's folder. Takes the packages under test from where they were made, never from a cache, and all others from those that this
    /// repository was restored with: the machine's package folder is a source, too.
    /// </summary>
    public string Sources()
    {
        var known = PackageCache.Folder;
        // What was once installed from elsewhere under the same version must not be taken for what is tested.
        var isFree = Ids.All(id => !Directory.Exists(Path.Combine(known, id.ToLowerInvariant(), Version)));
        return $"""
            <configuration>
              <packageSources><clear /><add key="made" value="{Folder}" /><add key="known" value="{known}" /></packageSources>
              <packageSourceMapping>
                <packageSource key="made"><package pattern="Ddpo.Audio" /><package pattern="Ddpo.Audio.*" /></packageSource>
                <packageSource key="known"><package pattern="*" /></packageSource>
              </packageSourceMapping>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><clear />{(isFree ? $"""<add key="known" value="{known}" />""" : "")}</fallbackPackageFolders>
            </configuration>
            """;
    }

    public async Task InitializeAsync()
    {
        // A release is what is shipped; it is built already when the tests are a release, too.
        var isBuilt = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name == "Release";
        foreach (var project in Ids.Select(id => $"src/{id}/{id}.csproj").Append($"templates/{Templates}.csproj"))
        {
            await DotNet.RunAsync(
                Fixtures.Repository,
                ["pack", project, "-c", "Release", "-o", Folder, .. isBuilt ? ["--no-build"] : Array.Empty<string>()]);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
