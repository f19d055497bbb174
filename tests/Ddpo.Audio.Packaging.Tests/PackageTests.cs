using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Packaging.Tests;

[Collection(nameof(Packages))]
public sealed class PackageTests(Packages packages)
{
    // Symbols that have their sources (https://github.com/dotnet/runtime/blob/main/docs/design/specs/PortablePdb-Metadata.md).
    private static readonly Guid s_embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static TheoryData<string> Ids => new(Packages.Ids);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_has_all_that_a_user_looks_for(string id)
    {
        using var package = packages.Open(id);
        Assert.Equal(
            ["README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", .. id == "Ddpo.Audio" ? ["licenses/uPlot/LICENSE"] : Array.Empty<string>()],
            package.Entries.Select(entry => entry.FullName).Where(path => !IsOverhead(path)).Order(StringComparer.Ordinal));

        var manifest = packages.Manifest(id);
        Assert.Equal(id, manifest.Element("id")?.Value);
        Assert.Equal(Packages.Version, manifest.Element("version")?.Value);
        Assert.Equal("MIT", manifest.Element("license")?.Value);
        Assert.Equal("expression", manifest.Element("license")?.Attribute("type")?.Value);
        Assert.Equal("README.md", manifest.Element("readme")?.Value);
        Assert.Equal("icon.png", manifest.Element("icon")?.Value);
        Assert.Contains("# Changelog", manifest.Element("releaseNotes")?.Value, StringComparison.Ordinal);
        Assert.Contains("ddpo", manifest.Element("tags")?.Value.Split(' ') ?? []);
        Assert.False(string.IsNullOrWhiteSpace(manifest.Element("description")?.Value));
        Assert.StartsWith("MIT License", File.ReadAllText(Path.Combine(Fixtures.Repository, "LICENSE")), StringComparison.Ordinal);

        var icon = packages.Read(id, "icon.png");
        Assert.Equal("PNG"u8.ToArray(), icon[1..4]);
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_depends_on_real_packages_in_the_versions_that_were_built_with(string id)
    {
        // The rewards use internals of the core, so they need the very version that they were built with.
        var expected = new Dictionary<string, string>(PackageCache.Versions) { ["Ddpo.Audio"] = $"[{Packages.Version}]" };

        var group = Assert.Single(packages.Manifest(id).Descendants("group"));
        Assert.Equal("net10.0", group.Attribute("targetFramework")?.Value);
        var found = group.Elements().ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);
        Assert.Equal(
            XDocument.Load(Path.Combine(Fixtures.Repository, "src", id, id + ".csproj")).Descendants()
                .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference")
                .Select(element => element.Attribute("Include")!.Value.Split('/')[^1].Replace(".csproj", "", StringComparison.Ordinal)).Order(),
            found.Keys.Order());
        Assert.All(found, dependency => Assert.Equal(expected[dependency.Key], dependency.Value));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_symbols_fit_have_the_sources_and_know_no_folder_of_the_machine_that_built_them(string id)
    {
        using var assembly = new PEReader(new MemoryStream(packages.Read(id, $"lib/net10.0/{id}.dll")));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(
            new MemoryStream(packages.Read(id, $"lib/net10.0/{id}.pdb", "snupkg")));
        var symbols = provider.GetMetadataReader();

        var entries = assembly.ReadDebugDirectory();
        Assert.Contains(entries, entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        var codeView = assembly.ReadCodeViewDebugDirectoryData(Assert.Single(entries, entry => entry.Type == DebugDirectoryEntryType.CodeView));
        Assert.Equal(new BlobContentId(symbols.DebugMetadataHeader!.Id).Guid, codeView.Guid);
        Assert.StartsWith("/_/src/", codeView.Path, StringComparison.Ordinal);

        var withSource = symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation)
            .Where(information => symbols.GetGuid(information.Kind) == s_embeddedSource).Select(information => information.Parent).ToHashSet();
        Assert.True(symbols.Documents.Count > 10);
        Assert.All(symbols.Documents, document =>
        {
            var path = symbols.GetString(symbols.GetDocument(document).Name);
            Assert.StartsWith("/_/", path, StringComparison.Ordinal);
            Assert.Contains((EntityHandle)document, withSource);
        });
    }

    private static bool IsOverhead(string path) =>
        path.StartsWith("_rels/", StringComparison.Ordinal) || path.StartsWith("package/", StringComparison.Ordinal)
        || path is "[Content_Types].xml" || path.EndsWith(".nuspec", StringComparison.Ordinal);
}
