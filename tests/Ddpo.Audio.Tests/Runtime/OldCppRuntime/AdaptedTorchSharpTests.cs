using System.Runtime.Versioning;
using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Runtime.OldCppRuntime;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Runtime.LibTorch;

namespace Ddpo.Audio.Tests.Runtime.OldCppRuntime;

[SupportedOSPlatform("linux")]
public sealed class AdaptedTorchSharpTests : IDisposable
{
    private const string Path = "/x/libLibTorchSharp.so";

    // Two symbols of the C++ runtime's first version, one of its newest that is used (30), and one that is only mentioned (32).
    private static readonly SharedLibrary s_library = new(
        [
            ("libc.so.6", [("GLIBC_2.34", 9, 0)]),
            (AdaptedTorchSharp.CppRuntime, [("GLIBCXX_3.4.30", 4, 0), ("GLIBCXX_3.4.32", 5, 0), ("GLIBCXX_3.4.40", 6, SymbolVersions.Weak), ("GLIBCXX_3.4", 2, 0)]),
            ("libm.so.6", [("GLIBC_2.2.5", 8, 0)]),
        ],
        [],
        Symbols: [0, 2, 0x8002, 4, 5],
        Uses: [1, 0, 2],
        Calls: [3]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "GLIBCXX_3.4.30 GLIBCXX_3.4.32 GLIBCXX_3.4")]
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.30", "GLIBCXX_3.4.32")]
    [InlineData("GLIBCXX_3.4 GLIBCXX_3.4.30 GLIBCXX_3.4.32 GLIBCXX_3.4.33", "")]
    public void What_the_runtime_lacks_is_what_is_asked_of_it_and_not_there(string has, string lacks) =>
        Assert.Equal(Split(lacks), Lacking(s_library.ToArray(), Split(has)).Select(version => version.Name));

    [Fact]
    public void A_library_that_asks_nothing_of_the_runtime_lacks_nothing() =>
        Assert.Empty(Lacking((s_library with { Needs = s_library.Needs[..1] }).ToArray(), []));

    [Fact]
    public void A_version_that_is_only_mentioned_becomes_a_weak_need_and_nothing_else_changes()
    {
        var library = s_library.ToArray();
        string[] runtime = ["GLIBCXX_3.4", "GLIBCXX_3.4.30"];
        var adapted = AdaptedTorchSharp.Adapt(Path, library, "/x/runtime", Lacking(library, runtime));

        var changed = Enumerable.Range(0, library.Length).Where(i => library[i] != adapted[i]);
        Assert.Equal(SymbolVersions.Weak, adapted[Assert.Single(changed)]);
        Assert.Equal(library.Length, adapted.Length);
        Assert.Empty(Lacking(adapted, runtime));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_runtime_that_lacks_what_is_used_is_refused_with_what_to_do(bool isCalled)
    {
        var library = (isCalled ? s_library : s_library with { Uses = [1, 3], Calls = [] }).ToArray();
        var error = Assert.Throws<NotSupportedException>(
            () => AdaptedTorchSharp.Adapt(Path, library, "/x/runtime", Lacking(library, "GLIBCXX_3.4"))).Message;
        Assert.StartsWith($"The C++ runtime '/x/runtime' is too old: it lacks GLIBCXX_3.4.30, which '{Path}' uses.", error, StringComparison.Ordinal);
        Assert.Contains("Debian 12 or Ubuntu 22.04", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_runtime_it_is_said_what_to_install()
    {
        var error = Assert.Throws<NotSupportedException>(() => AdaptedTorchSharp.Lacking(Path, s_library.ToArray(), null)).Message;
        Assert.Contains("libstdc++6 on Debian", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refers to what is not in it", 99u)] // a symbol beyond the table of versions
    [InlineData("has no versions of its symbols", null)]
    public void Relocations_that_are_not_understood_are_refused(string message, uint? symbol)
    {
        var library = (symbol is { } beyond ? s_library with { Calls = [beyond << 16] } : s_library with { Symbols = [] }).ToArray();
        Assert.Contains(message, Assert.Throws<BadImageFormatException>(
            () => AdaptedTorchSharp.Adapt(Path, library, "/x/runtime", Lacking(library, "GLIBCXX_3.4"))).Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void The_published_file_is_read_as_it_is_meant()
    {
        var published = PackageCache.Read("TorchSharp", "runtimes/linux-x64/native/libLibTorchSharp.so");
        var image = new ElfImage(Path, new MemoryStream(published));
        var needed = SymbolVersions.NeededBy(image, AdaptedTorchSharp.CppRuntime);
        Assert.All(needed, version => Assert.Matches("^(GLIBCXX|CXXABI)_[0-9.]+$", version.Name));
        var used = SymbolVersions.UsedBy(image);
        Assert.Equal(["GLIBCXX_3.4.32"], needed.Where(version => !used.Contains(version.Number)).Select(version => version.Name));
    }

    private IReadOnlyList<NeededVersion> Lacking(byte[] library, params string[] runtime) =>
        AdaptedTorchSharp.Lacking(Path, library, _folder.Write("libstdc++.so.6", SharedLibrary.Runtime(runtime)));

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
