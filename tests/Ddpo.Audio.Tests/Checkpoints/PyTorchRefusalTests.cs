using System.IO.Compression;
using System.Text;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>Files that are damaged, or made to do harm.</summary>
public sealed class PyTorchRefusalTests : IDisposable
{
    private static readonly byte[] _sixteenBytes = new byte[16];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    public void A_pickle_that_asks_for_code_is_refused_by_name(string module, string name)
    {
        var call = new PickleBuilder().Global(module, name).Op('(').Text("touch harm").Op('t').Op('R');
        AssertRefused(PickleBuilder.Zip(call.ToArray()), $"'{module}.{name}'");

        // Named only, and from the stack as protocol 4 does.
        AssertRefused(PickleBuilder.Zip(new PickleBuilder().Global(module, name).ToArray()), $"'{module}.{name}'");
        AssertRefused(
            PickleBuilder.Zip(new PickleBuilder().Text(module).Text(name).Op((byte)0x93).ToArray()), $"'{module}.{name}'");
    }

    [Theory]
    [InlineData("FloatStorage", 4, 0, new[] { 5 }, new[] { 1 }, "reaches beyond")]
    [InlineData("FloatStorage", 4, 1, new[] { 4 }, new[] { 1 }, "reaches beyond")]
    [InlineData("FloatStorage", 4, 0, new[] { 2, 2 }, new[] { 3, 1 }, "reaches beyond")]
    [InlineData("FloatStorage", 4, 0, new[] { 2 }, new[] { -1 }, "integers from 0")]
    [InlineData("FloatStorage", 4, -1, new[] { 2 }, new[] { 1 }, "do not belong together")]
    [InlineData("FloatStorage", 4, 0, new[] { 2, 2 }, new[] { 1 }, "do not belong together")]
    [InlineData("FloatStorage", 5, 0, new[] { 2 }, new[] { 1 }, "shorter than 5")]
    [InlineData("FloatStorage", -1, 0, new[] { 2 }, new[] { 1 }, "something other than a storage")]
    [InlineData("DoubleStorage", 4, 0, new[] { 2 }, new[] { 1 }, "shorter than 4")]
    [InlineData("FloatStorage", 4, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0 }, "too large")]
    [InlineData("FloatStorage", 4, 0, new[] { int.MaxValue, 1000 }, new[] { 0, 0 }, "larger than the file")]
    [InlineData("ComplexFloatStorage", 1, 0, new[] { 1 }, new[] { 1 }, "torch.ComplexFloatStorage")]
    public void A_tensor_that_does_not_fit_its_storage_is_refused(
        string storage, int count, int offset, int[] size, int[] stride, string expected) =>
        AssertRefused(
            PickleBuilder.Zip(PickleBuilder.OneTensor(storage, count, offset, size, stride), ("data/0", _sixteenBytes)), expected);

    [Fact]
    public void A_storage_without_an_entry_is_refused() =>
        AssertRefused(PickleBuilder.Zip(PickleBuilder.OneTensor("FloatStorage", 4, 0, [4], [1])), "'0' is missing");

    [Fact]
    public void The_same_file_undamaged_is_read()
    {
        using var scope = NewDisposeScope();
        var zip = PickleBuilder.Zip(
            PickleBuilder.OneTensor("FloatStorage", 4, 1, [3], [1]),
            ("data/0", [.. new[] { 1f, 2f, 3f, 4f }.SelectMany(BitConverter.GetBytes)]),
            ("byteorder", "little"u8.ToArray()));

        using var file = CheckpointFile.Open(_folder.Write("x.bin", zip));

        Assert.Equal([2f, 3f, 4f], file.Read("x").data<float>().ToArray());
    }

    [Fact]
    public void A_file_in_the_form_of_those_beyond_four_gigabytes_is_read_and_its_truncations_are_refused()
    {
        using var scope = NewDisposeScope();
        var zip = PickleBuilder.Zip64(
            ("data.pkl", PickleBuilder.OneTensor("FloatStorage", 4, 0, [4], [1])),
            ("data/0", [.. new[] { 1f, 2f, 3f, 4f }.SelectMany(BitConverter.GetBytes)]));
        using (var file = CheckpointFile.Open(_folder.Write("x.bin", zip)))
        {
            Assert.Equal([1f, 2f, 3f, 4f], file.Read("x").data<float>().ToArray());
        }

        for (var length = 0; length < zip.Length; length++)
        {
            AssertRefused(zip[..length], "x.bin");
        }
    }

    [Fact]
    public void Damaged_pickles_are_refused_with_their_reason()
    {
        AssertPickle(new PickleBuilder().Op('R'), "takes more values");
        AssertPickle(new PickleBuilder().Op('t'), "lacks a mark");
        AssertPickle(new PickleBuilder().Op('h', 7), "a value 7 that it did not store");
        AssertPickle(new PickleBuilder().Op('}').Op('(').Text("a").Op('u'), "a key without a value");
        AssertPickle(new PickleBuilder().Op('}').Op('(').Text("a").Int(1).Text("a").Int(2).Op('u'), "the key 'a' twice");
        AssertPickle(new PickleBuilder().Op('}').Op('(').Op(']').Int(1).Op('u'), "as a key");
        AssertPickle(new PickleBuilder().Op('X', 255, 255, 255, 255), "cut short");
        AssertPickle(new PickleBuilder().Op('X', 1, 0, 0, 0, 0xff), "not UTF-8");
        AssertPickle(new PickleBuilder().Op((byte)0x8b), "cut short");
        AssertPickle(new PickleBuilder().Op((char)0x8b, 255, 255, 0, 0), "an integer of 65535 bytes");
        AssertPickle(new PickleBuilder().Op('o'), "instruction 0x6f");
        AssertPickle(new PickleBuilder().Op((char)0x80, 6), "protocol 6");
        AssertPickle(new PickleBuilder().Op('}').Int(1).Op('b'), "sets the state");
        AssertPickle(new PickleBuilder().Int(1).Op('Q'), "lacks the id of a storage");
        AssertPickle(new PickleBuilder().Int(1), "found another object");
        AssertPickle(new PickleBuilder().Op('}').Op('(').Text("args").Int(1).Op('u'), "found one with 'args'");
    }

    [Fact]
    public void A_pickle_that_grows_without_bound_is_refused()
    {
        var values = new PickleBuilder();
        var marks = new PickleBuilder();
        var memo = new PickleBuilder().Op('N');
        for (var i = 0; i < 1 << 21; i++)
        {
            values.Op('N');
            marks.Op('(');
            memo.Op((byte)0x94);
        }

        AssertPickle(values, "piles up");
        AssertPickle(marks, "nests");
        AssertPickle(memo, "stores more than");
        AssertRefused(PickleBuilder.Zip(new byte[(16 << 20) + 1]), "is longer than");
    }

    [Fact]
    public void Zip_files_that_torch_does_not_write_are_refused()
    {
        var empty = new PickleBuilder().Op('}').ToArray();
        AssertRefused(PickleBuilder.Zip(empty), "nothing in it");
        AssertRefused(PickleBuilder.Zip(empty, ("data.pkl", empty)), "is there twice");
        AssertRefused(PickleBuilder.Zip(empty, ("other/data.pkl", empty)), "expected one data.pkl in the zip file, found 2");
        AssertRefused(PickleBuilder.Zip(empty, ("constants.pkl", empty)), "TorchScript");
        AssertRefused(PickleBuilder.Zip(empty, ("byteorder", "big"u8.ToArray())), "'big'");

        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("archive/data.pkl").Open();
            entry.Write(new byte[1000]);
        }

        AssertRefused(stream.ToArray(), "compressed");
    }

    [Fact]
    public void Other_formats_are_named_with_what_to_do()
    {
        AssertRefused([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46], "torch.save(torch.load(path), path)");
        AssertRefused(Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "git lfs pull");
        AssertRefused(Encoding.ASCII.GetBytes("<html>not found</html>"), "neither safetensors nor");
        AssertRefused([], "is empty");
        var missing = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(_folder["none.bin"]));
        Assert.Contains("There is no file", missing.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertPickle(PickleBuilder pickle, string expected) => AssertRefused(PickleBuilder.Zip(pickle.ToArray()), expected);

    private void AssertRefused(byte[] content, string expected)
    {
        var path = _folder.Write("x.bin", content);
        var exception = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(path));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }
}
