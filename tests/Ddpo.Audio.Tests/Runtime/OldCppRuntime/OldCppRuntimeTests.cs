using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Runtime.OldCppRuntime;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Runtime.LibTorch;

namespace Ddpo.Audio.Tests.Runtime.OldCppRuntime;

/// <summary>Programs as a user has them, with a home folder that has never seen one.</summary>
[SupportedOSPlatform("linux")]
public sealed class OldCppRuntimeTests : IDisposable
{
    private const string Asked = "libLibTorchSharp.so asks for GLIBCXX_3.4.32, which '";

    private readonly UntouchedProgram _program = new();

    public void Dispose() => _program.Dispose();

    [OldCppRuntimeFact]
    public async Task A_program_makes_a_copy_in_the_users_cache_once_and_says_so()
    {
        var (code, text) = await _program.RunAsync();
        Assert.True(code == 0, text);
        var copy = Assert.Single(_program.Copies());
        Assert.Contains(Asked, text, StringComparison.Ordinal);
        Assert.Contains($"loaded an adapted copy of it, '{copy}'.", text, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(_program.Home, ".cache", "ddpo-audio", "native"), Path.GetDirectoryName(Path.GetDirectoryName(copy)));
        Assert.Equal(UntouchedProgram.Published, File.ReadAllBytes(_program.Files[TorchFiles.Bridge]));

        // It is used as it is by the next process, and replaced when it is not what it should be.
        var (written, content) = (File.GetLastWriteTimeUtc(copy), File.ReadAllBytes(copy));
        (code, text) = await _program.RunAsync("second");
        Assert.True(code == 0, text);
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));
        File.WriteAllBytes(copy, content[..4096]);
        (code, text) = await _program.RunAsync("third");
        Assert.True(code == 0, text);
        Assert.Equal(content, File.ReadAllBytes(Assert.Single(_program.Copies())));
        Assert.Empty(Directory.GetFileSystemEntries(_program.Temporary));
    }

    [OldCppRuntimeFact]
    public async Task Several_processes_may_make_it_at_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => _program.RunAsync($"out{i}")));
        Assert.All(runs, run => Assert.True(run.Code == 0, run.Text));
        Assert.Single(_program.Copies());
    }

    [OldCppRuntimeFact]
    public async Task Where_the_cache_cannot_be_used_a_temporary_copy_is_and_it_is_said_why()
    {
        File.WriteAllText(Path.Combine(_program.Home, ".cache"), "no folder");
        var (code, text) = await _program.RunAsync();
        Assert.True(code == 0, text);
        Assert.Contains($"because the cache cannot be used: '{Path.Combine(_program.Home, ".cache")}' cannot be made", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_program.Temporary));

        (code, text) = await _program.RunAsync("second", ("HOME", Path.Combine(_program.Home, "none")));
        Assert.True(code == 0, text);
        Assert.Contains("because the cache cannot be used: There is no home folder.", text, StringComparison.Ordinal);
    }

    [OldCppRuntimeFact]
    public async Task Where_no_copy_can_be_made_at_all_it_is_said_what_to_do()
    {
        var none = Path.Combine(_program.Home, "none");
        var (code, text) = await _program.RunAsync("out", ("HOME", none), ("TMPDIR", none));
        Assert.Equal(1, code);
        Assert.Contains(Asked, text, StringComparison.Ordinal);
        Assert.Contains("Set XDG_CACHE_HOME or TMPDIR to a folder of this user", text, StringComparison.Ordinal);
        Assert.Contains("Debian 13 or Ubuntu 24.04", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_file_that_asks_for_no_more_than_there_is_is_used_as_it_is_and_nothing_is_written()
    {
        var (code, text) = await _program.RunAsync();
        Assert.True(code == 0, text);
        if (_program.Copies() is [var copy])
        {
            _program.Files.Replace(TorchFiles.Bridge, File.ReadAllBytes(copy));
            File.Delete(copy);
            (code, text) = await _program.RunAsync("second");
            Assert.True(code == 0, text);
        }

        Assert.Empty(_program.Copies());
        Assert.DoesNotContain("adapted", text, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_runtime_that_is_too_old_is_named_with_what_it_lacks()
    {
        // The system's own, with a version that TorchSharp uses made another.
        var runtime = File.ReadAllBytes(LoadedLibrary.PathOf(NativeLibrary.Load(AdaptedTorchSharp.CppRuntime)));
        var at = runtime.AsSpan().IndexOf("GLIBCXX_3.4.30\0"u8);
        Assert.True(at > 0);
        runtime[at] = (byte)'X';
        var old = Path.Combine(_program.Home, AdaptedTorchSharp.CppRuntime);
        File.WriteAllBytes(old, runtime);

        var (code, text) = await _program.RunAsync("out", ("LD_LIBRARY_PATH", _program.Home));
        Assert.Equal(1, code);
        Assert.Contains($"The C++ runtime '{old}' is too old: it lacks GLIBCXX_3.4.30, which '{_program.Files[TorchFiles.Bridge]}' uses.", text, StringComparison.Ordinal);
        Assert.Contains("Debian 12 or Ubuntu 22.04", text, StringComparison.Ordinal);
    }
}
