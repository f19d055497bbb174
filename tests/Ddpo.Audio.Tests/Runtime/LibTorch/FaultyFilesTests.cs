using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime.LibTorch;

/// <summary>What the user of a program sees when its native files are at fault.</summary>
public sealed class FaultyFilesTests : IDisposable
{
    private readonly UntouchedProgram _program = new();

    public void Dispose() => _program.Dispose();

    [LinuxFact]
    public async Task A_library_that_was_cut_off_is_named_and_does_not_end_the_process_without_a_word()
    {
        var whole = _program.Files[TorchFiles.Core];
        _program.Files.Replace(TorchFiles.Core, File.ReadAllBytes(whole)[..100_000]);
        var (code, text) = await _program.RunAsync();
        Assert.Equal(1, code);
        Assert.Contains($"'{whole}' ends after 100000 bytes", text, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", text, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_library_that_the_loader_refuses_is_named_with_its_reason()
    {
        _program.Files.Remove("libgomp-*");
        var (code, text) = await _program.RunAsync();
        Assert.Equal(1, code);
        Assert.Contains("libgomp", text, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", text, StringComparison.Ordinal);
    }
}
