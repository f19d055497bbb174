using System.Runtime.Versioning;
using System.Text;
using Ddpo.Audio.Runtime.OldCppRuntime;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Runtime.LibTorch;

namespace Ddpo.Audio.Tests.Runtime.OldCppRuntime;

[SupportedOSPlatform("linux")]
public sealed class SharedLibraryFuzzTests
{
    private const string Library = "library.so", Runtime = "runtime.so";

    private static readonly byte[] s_library = new SharedLibrary(
        [("libc.so.6", [("A_1", 9, 0)]), (AdaptedTorchSharp.CppRuntime, [("A_1", 2, 0), ("A_2", 3, 0)])], [], [0, 2, 3, 9], [1, 0, 3], [1, 1]).ToArray();

    private static readonly byte[] s_runtime = SharedLibrary.Runtime("A_1", "A_3");

    [Fact]
    public void Damaged_libraries_are_adapted_or_refused() => Fuzz("library", Library, s_library, Runtime, s_runtime);

    [Fact]
    public void Damaged_runtimes_are_read_or_refused() => Fuzz("runtime", Runtime, s_runtime, Library, s_library);

    [Fact]
    public void A_library_that_ends_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder().With(Runtime, s_runtime);
        for (var length = 0; length < s_library.Length; length++)
        {
            folder.Write(Library, s_library[..length]);
            Assert.Throws<BadImageFormatException>(() => Adapt(folder));
        }
    }

    private static void Fuzz(string name, string damaged, byte[] sound, string other, byte[] soundOther) => Fuzzer.Run(new FuzzTarget(name, damaged, Adapt)
    {
        Corpus = [sound],
        Words = [Encoding.Latin1.GetBytes("\x6f\xff\xff\xfe"), [0xff, 0xff, 0xff, 0x6f, 0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [16, 0, 0, 0], [20, 0, 0, 0]],
        Prepare = folder => folder.Write(other, soundOther),
        Refusal = typeof(BadImageFormatException),
        Iterations = 4_000,
    });

    private static void Adapt(TemporaryFolder folder)
    {
        var (path, library) = (folder[Library], File.ReadAllBytes(folder[Library]));
        var lacking = AdaptedTorchSharp.Lacking(path, library, folder[Runtime]);
        try
        {
            AdaptedTorchSharp.Adapt(path, library, folder[Runtime], lacking);
        }
        catch (NotSupportedException exception) when (exception.Message.Contains("too old", StringComparison.Ordinal))
        {
            // The damage made a version of what is used another one: that is well understood.
        }
    }
}
