using System.Text;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Checkpoints;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class PyTorchFuzzTests
{
    private const string FileName = "x.bin";

    private static readonly byte[] s_values = new byte[16];

    [Fact]
    public void Damaged_zip_files_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("zip", FileName, Read)
    {
        Corpus =
        [
            Wrap(PickleBuilder.OneTensor("FloatStorage", 4, 1, [3], [1])),
            PickleBuilder.Zip64(("data.pkl", PickleBuilder.OneTensor("FloatStorage", 4, 0, [4], [1])), ("data/0", s_values)),
            File.ReadAllBytes(Fixtures.Path("tiny-bin", "odd.bin")),
        ],
        Words = [.. new[] { "PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "PK\x06\x07" }.Select(Encoding.ASCII.GetBytes), [255, 255, 255, 255]],
    });

    [Fact]
    public void Damaged_pickles_in_sound_zip_files_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("pickle", FileName, Read)
    {
        Corpus =
        [
            PickleBuilder.OneTensor("FloatStorage", 4, 1, [3], [1]),
            PickleBuilder.OneTensor("HalfStorage", 8, 0, [2, 2], [1, 4]),
            Settings(),
        ],
        Words = Words(),
        Wrap = Wrap,
        Iterations = 20_000,
    });

    private static void Read(TemporaryFolder folder) =>
        TensorReading.ReadAll(folder[FileName], 9L * Math.Max(64 << 20, new FileInfo(folder[FileName]).Length));

    private static byte[] Wrap(byte[] pickle) => PickleBuilder.Zip(pickle, ("data/0", s_values), ("data/1", s_values));

    /// <summary>What lies beside weights: settings in objects, numpy's numbers, a device, and calls of newer protocols.</summary>
    private static byte[] Settings() => new PickleBuilder()
        .Op('}').Op('(').Text("x").Tensor("FloatStorage", "0", 4, 0, [2, 2], [2, 1])
        .Text("args").Global("argparse", "Namespace").Op(')').Op((byte)0x81).Op('q', 1).Op('}').Op('(').Text("lr").Int(1).Text("b").Op('N').Op('u').Op('b')
        .Text("device").Global("torch", "device").Text("cuda").Int(0).Op((byte)0x86).Op('R')
        .Text("order").Text("collections").Text("OrderedDict").Op((byte)0x93).Op(')').Op('R').Op((byte)0x94)
        .Text("number").Global("numpy.core.multiarray", "scalar").Global("numpy", "dtype").Text("f8").Op((byte)0x85).Op('R')
        .Op('(').Int(3).Text("<").Op('N').Op('t').Op('b').Op('C', 8, 0, 0, 0, 0, 0, 0, 0, 0).Op((byte)0x86).Op('R')
        .Text("size").Global("torch", "Size").Ints(2, 3).Op((byte)0x85).Op('R')
        .Text("list").Op(']').Op('(').Int(1).Int(2).Op('e').Op((char)0x8a, 2, 255, 127).Op('a').Op('h', 1).Op('0')
        .Op('u').ToArray();

    private static byte[][] Words() =>
    [
        .. "(.012BCGJKMNQRTUX]abcdehijlqrstu)}".Select(opcode => new[] { (byte)opcode }),
        .. Enumerable.Range(0x80, 0x18).Select(opcode => new[] { (byte)opcode }),
        .. new[]
        {
            "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch._utils\n_rebuild_tensor_v3\n", "ctorch._utils\n_rebuild_parameter\n", "ctorch\nFloatStorage\n",
            "ctorch\nfloat16\n", "ctorch\nSize\n", "ctorch\ndevice\n", "cargparse\nNamespace\n", "ccollections\nOrderedDict\n", "cbuiltins\nset\n",
            "c_codecs\nencode\n", "cnumpy\ndtype\n", "cnumpy.core.multiarray\nscalar\n", "cos\nsystem\n", "ios\nsystem\n", "U\x05state", "q\x01", "h\x01", "h\x01h\x01",
            "\x86q\x01", "h\x01h\x01\x86R", "K\x01", "J\xff\xff\xff\xff", "(K\x01K\x02t",
        }.Select(Encoding.Latin1.GetBytes),
    ];
}
