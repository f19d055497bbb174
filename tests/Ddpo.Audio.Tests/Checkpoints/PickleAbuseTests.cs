using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>Pickles that would run code by any instruction that names or calls, or that grow from little to much.</summary>
public sealed class PickleAbuseTests : IDisposable
{
    private static readonly byte[] _sixteenBytes = new byte[16];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Harmful { get; } = new()
    {
        { "os", "system" }, { "nt", "system" }, { "posix", "popen" }, { "builtins", "exec" }, { "builtins", "__import__" }, { "builtins", "getattr" },
        { "__builtin__", "eval" }, { "subprocess", "check_output" }, { "importlib", "import_module" }, { "runpy", "_run_code" }, { "socket", "socket" },
        { "copyreg", "_reconstructor" }, { "operator", "attrgetter" }, { "torch._utils", "_rebuild_device_tensor_from_numpy" },
        { "torch.hub", "load" }, { "torch._utils", "__globals__" }, { "collections", "OrderedDict.__init__" }, { "argparse", "Namespace.__class__" },
    };

    [Theory]
    [MemberData(nameof(Harmful))]
    public void Every_instruction_that_names_refuses_by_name(string module, string name)
    {
        var expected = $"'{module}.{name}'";
        AssertRefused(new PickleBuilder().Op('(').Text("harm").Op('i', [.. System.Text.Encoding.ASCII.GetBytes($"{module}\n{name}\n")]), expected);
        AssertRefused(new PickleBuilder().Op('(').Global(module, name).Text("harm").Op('o'), expected);
        AssertRefused(new PickleBuilder().Global(module, name).Op(')').Op((byte)0x81).Op('}').Op('b'), expected);
        AssertRefused(new PickleBuilder().Global(module, name).Op(')').Op('}').Op((byte)0x92), expected);
        AssertRefused(new PickleBuilder().Text("storage").Global(module, name).Op((byte)0x86).Op('Q'), expected);

        // By way of the memo, in a state, as a key, and behind a tensor that is sound.
        AssertRefused(
            new PickleBuilder().Text(module).Op((byte)0x94).Op('0').Text(name).Op((byte)0x94).Op('0').Op('h', 0).Op('h', 1).Op((byte)0x93), expected);
        AssertRefused(new PickleBuilder().Global("argparse", "Namespace").Op(')').Op('R').Op('}').Text("a").Global(module, name).Op('s').Op('b'), expected);
        AssertRefused(new PickleBuilder().Op('}').Global(module, name).Op('N').Op('s'), expected);
        AssertRefused(
            new PickleBuilder().Op('}').Op('(').Text("x").Tensor("FloatStorage", "0", 4, 0, [4], [1]).Text("y").Global(module, name).Op('u'), expected);
    }

    [Theory]
    [InlineData("torch._utils", "_rebuild_tensor_v2")]
    [InlineData("torch._utils", "_rebuild_tensor_v3")]
    [InlineData("torch._utils", "_rebuild_parameter")]
    [InlineData("torch", "Size")]
    [InlineData("torch", "device")]
    [InlineData("numpy", "dtype")]
    [InlineData("numpy.core.multiarray", "scalar")]
    [InlineData("_codecs", "encode")]
    [InlineData("builtins", "set")]
    public void A_call_with_other_arguments_than_the_function_takes_is_refused(string module, string name)
    {
        AssertRefused(new PickleBuilder().Global(module, name).Op(')').Op('R'), $"calls '{module}.{name}'");
        AssertRefused(new PickleBuilder().Global(module, name).Int(1).Int(2).Int(3).Op((byte)0x87).Op('R'), $"calls '{module}.{name}'");
        AssertRefused(new PickleBuilder().Global(module, name).Op('}').Op((byte)0x85).Op((byte)0x81), $"calls '{module}.{name}'");
    }

    [Fact]
    public void What_is_no_function_is_not_called()
    {
        AssertRefused(new PickleBuilder().Global("torch", "FloatStorage").Op(')').Op('R'), "lacks a call's function");
        AssertRefused(new PickleBuilder().Text("os.system").Op(')').Op('R'), "lacks a call's function");
        AssertRefused(new PickleBuilder().Global("collections", "OrderedDict").Text("x").Op('R'), "lacks a call's arguments");
        AssertRefused(new PickleBuilder().Global("torch", "float32").Op('}').Op('b'), "sets the state");
        AssertRefused(new PickleBuilder().Op('(').Op('i', "collections\nOrderedDict\n"u8.ToArray()), "instruction 0x69");
        AssertRefused(new PickleBuilder().Op((char)0x82, 1), "instruction 0x82");
    }

    [Fact]
    public void A_text_that_would_double_with_every_call_is_refused()
    {
        // s = device(s, s), again and again.
        var doubling = new PickleBuilder().Text("cuda").Op('q', 1).Op('0');
        for (var i = 0; i < 60; i++)
        {
            doubling.Global("torch", "device").Op('h', 1).Op('h', 1).Op((byte)0x86).Op('R').Op('q', 1).Op('0');
        }

        AssertRefused(doubling, "calls 'torch.device'");
        AssertRefused(new PickleBuilder().Global("torch", "device").Text(new string('c', 65)).Op((byte)0x85).Op('R'), "calls 'torch.device'");
    }

    [Fact]
    public void A_state_that_is_given_to_many_objects_is_refused()
    {
        var many = new PickleBuilder().Op('}').Op('q', 1).Op('(');
        for (var i = 0; i < 1000; i++)
        {
            many.Text($"name{i}").Op('N');
        }

        many.Op('u').Global("argparse", "Namespace").Op('q', 2).Op('0');
        for (var i = 0; i < 1000; i++)
        {
            many.Op('h', 2).Op(')').Op('R').Op('h', 1).Op('b');
        }

        AssertRefused(many, "beyond its own size");
    }

    [Fact]
    public void A_shape_that_is_given_to_many_tensors_is_refused()
    {
        var many = new PickleBuilder().Ints([.. Enumerable.Repeat(1, 64)]).Op('q', 1).Op('0').Tensor("FloatStorage", "0", 4, 0, [1], [1]).Op('0');
        many.Op('(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(4).Op('t').Op('Q').Op('q', 2).Op('0');
        many.Global("torch._utils", "_rebuild_tensor_v2").Op('q', 3).Op('0').Op('(').Op('h', 2).Int(0).Op('h', 1).Op('h', 1).Op('t').Op('q', 4).Op('0');
        for (var i = 0; i < 1000; i++)
        {
            many.Op('h', 3).Op('h', 4).Op('R');
        }

        AssertRefused(many, "beyond its own size");
    }

    [Fact]
    public void Storages_have_short_keys()
    {
        var key = new string('k', 65);
        var pickle = PickleBuilder.Zip(
            new PickleBuilder().Op('}').Text("x").Tensor("FloatStorage", key, 4, 0, [4], [1]).Op('s').ToArray(), ($"data/{key}", _sixteenBytes));

        AssertRefused(pickle, "something other than a storage");
    }

    [Fact]
    public void Tensors_that_are_together_far_larger_than_the_file_are_refused()
    {
        // Sixteen tensors of 64 MB, each a single number that is expanded.
        var many = new PickleBuilder().Op('}').Op('(');
        for (var i = 0; i < 16; i++)
        {
            many.Text($"unet.layer{i}.lora.down.weight").Tensor("FloatStorage", "0", 4, 0, [1 << 12, 1 << 12], [0, 0]);
        }

        AssertRefused(many.Op('u'), "many times larger than the file together");
    }

    [Theory]
    [InlineData(new[] { 0, int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue, 0 })]
    public void A_shape_whose_strides_cannot_be_counted_is_refused_though_it_has_no_values(int[] size) =>
        AssertRefused(new PickleBuilder().Op('}').Text("x").Tensor("FloatStorage", "0", 4, 0, size, [0, 0, 0, 0]).Op('s'), "too large");

    public void Dispose() => _folder.Dispose();

    private void AssertRefused(PickleBuilder pickle, string expected) =>
        AssertRefused(PickleBuilder.Zip(pickle.ToArray(), ("data/0", _sixteenBytes)), expected);

    private void AssertRefused(byte[] content, string expected)
    {
        var path = _folder.Write("x.bin", content);
        var exception = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(path));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }
}
