using Ddpo.Audio.Runtime.LibTorch;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime.LibTorch;

public sealed class TorchFilesTests : IDisposable
{
    private const string Bridge = TorchFiles.Bridge, Cpu = TorchFiles.Cpu, Torch = TorchFiles.Torch, Core = TorchFiles.Core;

    private static readonly byte[] s_library = SharedLibrary.Runtime("V1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whole_files_are_fine_and_found_in_the_order_of_the_folders()
    {
        foreach (var name in new[] { Bridge, Cpu, Torch, Core })
        {
            _folder.Write(Path.Combine("second", name), s_library);
        }

        _folder.Write(Path.Combine("first", Bridge), s_library);
        var files = new TorchFiles([_folder["first"], _folder["second"], _folder["none"]], _ => false);
        files.Check();
        Assert.Equal(_folder[Path.Combine("first", Bridge)], files.Find(Bridge));
        Assert.Equal(_folder[Path.Combine("second", Cpu)], files.Find(Cpu));
        Assert.Null(files.Find("libother.so"));
    }

    [Fact]
    public void Files_that_the_system_finds_elsewhere_are_not_asked_for()
    {
        _folder.Write(Bridge, s_library);
        new TorchFiles([_folder.Root], name => name != Bridge).Check();
    }

    [Theory]
    [InlineData("", "libtorch, which TorchSharp runs on, is not there: libLibTorchSharp.so, libtorch_cpu.so, libtorch.so, libc10.so is missing")]
    [InlineData(Bridge, "libtorch, which TorchSharp runs on, is not there: libtorch_cpu.so, libtorch.so, libc10.so is missing")]
    [InlineData(Bridge + " torch_cpu.dll", "torch_cpu.dll' is libtorch for another platform")]
    [InlineData("runtimes/win-x64/native/torch_cpu.dll", "'-r linux-x64'")]
    [InlineData("runtimes/osx-arm64/native/libtorch_cpu.dylib", "'-r linux-x64'")]
    [InlineData(Cpu + " " + Torch + " " + Core, "copied by half: '{0}/libtorch_cpu.so' is there, and libLibTorchSharp.so is missing")]
    [InlineData(Bridge + " " + Cpu + " " + Core, "and libtorch.so is missing")]
    [InlineData(Bridge + " " + Cpu + " " + Torch, "and libc10.so is missing")]
    [InlineData(Bridge + " " + Torch + " " + Core, "copied by half: '{0}/libtorch.so' is there, and libtorch_cpu.so is missing")]
    public void What_is_missing_is_named_with_the_package_that_has_it(string there, string message)
    {
        foreach (var name in there.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _folder.Write(name, s_library);
        }

        var error = Refuse();
        Assert.Contains(message.Replace("{0}", _folder.Root, StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu (or TorchSharp-cuda-linux)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cpu, 0)]
    [InlineData(Core, 70)]
    [InlineData(Torch, 200)]
    [InlineData(Bridge, -1)]
    public void A_file_that_was_cut_off_is_named_with_what_to_do(string name, int bytes)
    {
        Fill();
        var left = (s_library.Length + bytes) % s_library.Length;
        _folder.Write(name, s_library[..left]);
        var error = Refuse();
        Assert.Contains($"'{_folder[name]}' ends after {left} bytes, in the middle of what its headers announce", error, StringComparison.Ordinal);
        Assert.Contains("build or publish the program again, with the package TorchSharp-cpu", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)] // no ELF file
    [InlineData(4, 1)] // 32 bits
    [InlineData(5, 2)] // of a machine whose bytes are the other way round
    [InlineData(16, 2)] // a program
    [InlineData(18, 183)] // of ARM
    public void A_file_of_another_kind_is_named_with_what_to_do(int at, byte value)
    {
        Fill();
        byte[] other = [.. s_library];
        other[at] = value;
        _folder.Write(Core, other);
        Assert.Contains($"'{_folder[Core]}' is not a shared library for Linux on x64", Refuse(), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void The_loader_says_why_it_refuses_a_file()
    {
        _folder.Write(Core, "This is no library, whatever its name may be, and that is what the loader has to say.");
        Assert.StartsWith(_folder[Core], new TorchFiles([_folder.Root], _ => false).Refusal(), StringComparison.Ordinal);
        Assert.Null(new TorchFiles([_folder["none"]], _ => false).Refusal());
    }

    private void Fill() => Array.ForEach([Bridge, Cpu, Torch, Core], name => _folder.Write(name, s_library));

    private string Refuse() => Assert.Throws<NotSupportedException>(new TorchFiles([_folder.Root], _ => false).Check).Message;
}
