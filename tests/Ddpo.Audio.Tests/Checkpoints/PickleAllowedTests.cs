using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>What torch's own list for files of weights allows beside them, as torch.save writes it: passed over, and the weights are read.</summary>
public sealed class PickleAllowedTests : IDisposable
{
    private static readonly byte[] _values = [.. new[] { 1f, 2f, 3f, 4f }.SelectMany(BitConverter.GetBytes)];

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Beside => new([.. Makers.Keys]);

    private static Dictionary<string, Action<PickleBuilder>> Makers { get; } = new()
    {
        ["Counter"] = p => p.Global("collections", "Counter").Op('}').Int(5).Int(1).Op('s').Op((byte)0x85).Op('R'),
        ["empty Counter"] = p => p.Global("collections", "Counter").Op(')').Op('R'),
        ["bytearray of protocol 2"] = p => p.Global("__builtin__", "bytearray").Text("abc").Text("latin-1").Op((byte)0x86).Op('R'),
        ["bytearray of protocol 3"] = p => p.Global("builtins", "bytearray").Op('C', 2, 1, 2).Op((byte)0x85).Op('R'),
        ["complex"] = p => Complex(p),
        ["complex as keys"] = p => Complex(Complex(p.Op('}').Op('(')).Int(1)).Int(2).Op('u'),
        ["dtypes"] = p => p.Global("torch", "complex64").Global("torch", "uint16").Op((byte)0x86).Op('0').Global("torch", "float8_e4m3fn"),
        ["quantised type"] = p => p.Global("torch", "qint8"),
        ["tensor type"] = p => p.Global("torch", "FloatTensor"),
        ["complex tensor"] = p => p.Tensor("ComplexFloatStorage", "0", 2, 0, [2], [1]),
        ["uint16 tensor"] = p => TensorOfDtype(p, "uint16"),
        ["uint32 tensor"] = p => TensorOfDtype(p, "uint32"),
        ["parameter of float8"] = p => TensorOfDtype(p.Global("torch._utils", "_rebuild_parameter").Op('('), "float8_e5m2")
            .Op((byte)0x88).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R'),
        ["sparse tensor"] = p => p.Global("torch._utils", "_rebuild_sparse_tensor")
            .Global("torch.serialization", "_get_layout").Text("torch.sparse_coo").Op((byte)0x85).Op('R')
            .Op('(').Tensor("LongStorage", "0", 2, 0, [1, 2], [2, 1]).Tensor("FloatStorage", "0", 4, 0, [2], [1])
            .Global("torch", "Size").Ints(9).Op((byte)0x85).Op('R').Op((byte)0x89).Op('t').Op((byte)0x86).Op('R'),
        ["quantised tensor"] = p => Storage(p.Global("torch._utils", "_rebuild_qtensor").Op('('), "QInt8Storage", 4).Int(0).Ints(4).Ints(1)
            .Op('(').Global("torch", "per_tensor_affine").Int(1).Int(0).Op('t').Op((byte)0x89).Op('}').Op('t').Op('R'),
        ["meta tensor"] = p => p.Global("torch._utils", "_rebuild_meta_tensor_no_storage")
            .Op('(').Global("torch", "float32").Ints(9).Ints(1).Op((byte)0x89).Op('t').Op('R'),
        ["tensor type that is made"] = p => p.Global("torch", "Tensor").Op(')').Op((byte)0x81).Op('}').Op('b'),
        ["cuda storage"] = p => p.Global("torch.cuda", "FloatStorage"),
    };

    /// <summary>Tensors that are read, for they are ordinary ones with something more.</summary>
    public static TheoryData<string> Read => new([.. ReadMakers.Keys]);

    private static Dictionary<string, Action<PickleBuilder>> ReadMakers { get; } = new()
    {
        ["with attributes"] = p => WithAttributes(p, "Tensor", rest => rest.Ints(4)),
        ["a parameter"] = p => p.Global("torch.nn.parameter", "Parameter").Tensor("FloatStorage", "0", 4, 0, [4], [1]).Op((byte)0x88).Op((byte)0x86).Op((byte)0x81),
        ["a parameter with state"] = p => p.Global("torch._utils", "_rebuild_parameter_with_state").Op('(').Tensor("FloatStorage", "0", 4, 0, [4], [1])
            .Op((byte)0x88).Op('}').Op('}').Text("tag").Int(1).Op('s').Op('t').Op('R'),
        ["of another device"] = p => p.Global("torch._utils", "_rebuild_device_tensor_from_cpu_tensor").Op('(').Tensor("FloatStorage", "0", 4, 0, [4], [1])
            .Global("torch", "float32").Text("xla:0").Op((byte)0x89).Op('t').Op('R'),
    };

    [Theory]
    [MemberData(nameof(Beside))]
    public void It_may_lie_beside_the_weights_or_among_them(string kind)
    {
        foreach (var inside in new[] { false, true })
        {
            var pickle = new PickleBuilder().Op('}').Op('(').Text("state_dict").Op('}').Op('(').Text("x").Tensor("FloatStorage", "0", 4, 0, [4], [1]);
            _ = inside ? pickle : pickle.Op('u');
            Makers[kind](pickle.Text("beside"));
            AssertWeights((inside ? pickle.Op('u') : pickle).Op('u'));
        }
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void A_tensor_with_something_more_is_read(string kind)
    {
        var pickle = new PickleBuilder().Op('}').Op('(').Text("x");
        ReadMakers[kind](pickle);
        AssertWeights(pickle.Op('u'));
    }

    [Fact]
    public void Where_nothing_else_is_there_the_kind_is_named() => AssertRefused(
        new PickleBuilder().Op('}').Op('(').Text("x").Tensor("ComplexFloatStorage", "0", 2, 0, [2], [1]).Op('u'),
        "'x' (torch.ComplexFloatStorage, which is not read)");

    [Fact]
    public void A_weight_of_such_a_kind_is_said_to_be_there()
    {
        var pickle = new PickleBuilder().Op('}').Op('(').Text("x").Tensor("FloatStorage", "0", 4, 0, [4], [1]).Text("weight");
        Makers["quantised tensor"](pickle);
        using var file = CheckpointFile.Open(_folder.Write("x.bin", PickleBuilder.Zip(pickle.Op('u').ToArray(), ("data/0", _values))));
        using var model = new DictModule([("x", ScalarType.Float32, [4]), ("weight", ScalarType.Float32, [4])]);
        Assert.Contains(
            "Missing (1): weight (there as torch._utils._rebuild_qtensor, which is not read)",
            Assert.Throws<CheckpointException>(() => StateDictLoader.Load(model, file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collections", "defaultdict")]
    [InlineData("collections", "deque")]
    [InlineData("builtins", "slice")]
    [InlineData("builtins", "memoryview")]
    [InlineData("torch", "tensor")]
    [InlineData("torch", "complex")]
    [InlineData("torch._utils", "_rebuild_xla_tensor")]
    [InlineData("torch._tensor", "_rebuild_from_type")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch.serialization", "load")]
    [InlineData("torch.nn.parameter", "UninitializedParameter")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    public void What_that_list_does_not_have_is_refused_by_name(string module, string name) =>
        AssertRefused(new PickleBuilder().Global(module, name), $"'{module}.{name}'");

    [Fact]
    public void A_tensor_with_attributes_is_made_by_a_tensors_function_and_only_once()
    {
        AssertRefused(WithAttributes(new PickleBuilder(), "Tensor", rest => rest.Ints(5)), "reaches beyond");
        AssertRefused(
            new PickleBuilder().Global("torch._tensor", "_rebuild_from_type_v2").Op('(')
                .Global("collections", "OrderedDict").Global("torch", "Tensor").Op(')').Op('}').Op('t').Op('R'),
            "calls 'torch._tensor._rebuild_from_type_v2'");
        AssertRefused(
            new PickleBuilder().Global("torch._tensor", "_rebuild_from_type_v2").Op('(')
                .Global("torch._tensor", "_rebuild_from_type_v2").Global("torch", "Tensor").Op(')').Op('}').Op('t').Op('R'),
            "calls 'torch._tensor._rebuild_from_type_v2'");
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static PickleBuilder Complex(PickleBuilder pickle) =>
        pickle.Global("__builtin__", "complex").Op('G', new byte[8]).Op('G', new byte[8]).Op((byte)0x86).Op((byte)0x81);

    private static PickleBuilder Storage(PickleBuilder pickle, string type, int count, string module = "torch") =>
        pickle.Op('(').Text("storage").Global(module, type).Text("0").Text("cpu").Int(count).Op('t').Op('Q');

    private static PickleBuilder TensorOfDtype(PickleBuilder pickle, string dtype) =>
        Storage(pickle.Global("torch._utils", "_rebuild_tensor_v3").Op('('), "UntypedStorage", 16, "torch.storage")
            .Int(0).Ints(4).Ints(1).Op((byte)0x89).Op('}').Global("torch", dtype).Op('t').Op('R');

    private static PickleBuilder WithAttributes(PickleBuilder pickle, string type, Func<PickleBuilder, PickleBuilder> size)
    {
        pickle.Global("torch._tensor", "_rebuild_from_type_v2").Op('(').Global("torch._utils", "_rebuild_tensor_v2").Global("torch", type);
        size(Storage(pickle.Op('('), "FloatStorage", 4).Int(0)).Ints(1).Op((byte)0x89).Op('}').Op('t');
        return pickle.Op('}').Text("_is_buffer").Op((byte)0x88).Op('s').Op('t').Op('R');
    }

    private void AssertWeights(PickleBuilder pickle)
    {
        using var file = CheckpointFile.Open(_folder.Write("x.bin", PickleBuilder.Zip(pickle.ToArray(), ("data/0", _values))));
        Assert.Equal(["x"], file.Entries.Keys);
        Assert.Equal([1f, 2f, 3f, 4f], file.Read("x").data<float>().ToArray());
    }

    private void AssertRefused(PickleBuilder pickle, string expected)
    {
        var path = _folder.Write("x.bin", PickleBuilder.Zip(pickle.ToArray(), ("data/0", _values)));
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => CheckpointFile.Open(path)).Message, StringComparison.Ordinal);
    }
}
