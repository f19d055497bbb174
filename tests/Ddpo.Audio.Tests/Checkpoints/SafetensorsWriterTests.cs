using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> WrittenByPython() =>
    [
        "golden/lora/scale1/peft_adapter/adapter_model.safetensors",
        "golden/lora/scale1/processor/pytorch_lora_weights.safetensors",
        "tiny-audioldm2/text_encoder/model.safetensors",
    ];

    [Theory]
    [MemberData(nameof(WrittenByPython))]
    public void A_file_written_again_has_the_same_tensors_and_from_then_on_the_same_bytes(string name)
    {
        using var scope = NewDisposeScope();
        var original = Fixtures.Path(name.Split('/'));
        Copy(original, _folder["first"]);
        Copy(_folder["first"], _folder["second"]);

        Assert.Equal(File.ReadAllBytes(_folder["first"]), File.ReadAllBytes(_folder["second"]));
        using var before = SafetensorsFile.Open(original);
        using var after = SafetensorsFile.Open(_folder["first"]);
        Assert.Equal(before.Metadata, after.Metadata);
        Assert.Equal(before.Entries.Keys.Order(StringComparer.Ordinal), after.Entries.Keys.Order(StringComparer.Ordinal));
        foreach (var entry in before.Entries.Values)
        {
            Assert.Equal(entry.Dtype, after.Entries[entry.Name].Dtype);
            Assert.Equal(entry.Shape, after.Entries[entry.Name].Shape);
            Assert.True(before.Read(entry.Name).bytes.SequenceEqual(after.Read(entry.Name).bytes), entry.Name);
        }
    }

    [Fact]
    public void The_order_in_which_tensors_are_given_does_not_matter()
    {
        using var scope = NewDisposeScope();
        var tensors = Some();
        SafetensorsWriter.Write(_folder["a"], tensors, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafetensorsWriter.Write(
            _folder["b"],
            tensors.Reverse().ToDictionary(),
            new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });

        Assert.Equal(File.ReadAllBytes(_folder["a"]), File.ReadAllBytes(_folder["b"]));
    }

    [Fact]
    public void Every_type_and_layout_survives_a_round_trip()
    {
        using var scope = NewDisposeScope();
        var tensors = Some();
        SafetensorsWriter.Write(_folder["a"], tensors, new Dictionary<string, string> { ["naïve \"key\""] = "línea\n♪" });

        using var file = SafetensorsFile.Open(_folder["a"]);

        Assert.Equal("línea\n♪", file.Metadata["naïve \"key\""]);
        Assert.Equal(tensors.Count, file.Entries.Count);
        foreach (var (name, tensor) in tensors)
        {
            var read = file.Read(name);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.Equal(tensor.shape, read.shape);
            Assert.True(tensor.equal(read).all().item<bool>(), name);
        }
    }

    [Fact]
    public void The_values_begin_at_a_multiple_of_eight()
    {
        using var scope = NewDisposeScope();
        foreach (var name in new[] { "a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh" })
        {
            SafetensorsWriter.Write(_folder["f"], new Dictionary<string, Tensor> { [name] = ones(1) });
            var bytes = File.ReadAllBytes(_folder["f"]);
            Assert.Equal(0, (bytes.Length - sizeof(float)) % 8);
            Assert.Equal(1f, BitConverter.ToSingle(bytes, bytes.Length - sizeof(float)));
        }
    }

    [Fact]
    public void An_existing_file_is_replaced_as_a_whole_and_nothing_else_is_left()
    {
        using var scope = NewDisposeScope();
        _folder.Write("a", new byte[100_000]);

        SafetensorsWriter.Write(_folder["a"], new Dictionary<string, Tensor> { ["x"] = ones(1) });

        using var file = SafetensorsFile.Open(_folder["a"]);
        Assert.Equal("x", Assert.Single(file.Entries.Keys));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void A_reserved_name_and_a_type_that_the_format_lacks_are_refused_and_leave_no_file()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
            _folder["a"], new Dictionary<string, Tensor> { ["__metadata__"] = ones(1) }));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
            _folder["a"], new Dictionary<string, Tensor> { ["x"] = zeros([1], ScalarType.ComplexFloat32) }));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    public void Dispose() => _folder.Dispose();

    private static void Copy(string from, string to)
    {
        using var file = SafetensorsFile.Open(from);
        SafetensorsWriter.Write(to, file.Entries.Keys.ToDictionary(key => key, file.Read), file.Metadata);
    }

    private static Dictionary<string, Tensor> Some() => new()
    {
        ["scalar"] = tensor(1.25, ScalarType.Float64),
        ["z.transposed"] = arange(6, ScalarType.Float32).reshape(2, 3).t(),
        ["slice"] = arange(10, ScalarType.Int64).narrow(0, 3, 4),
        ["expanded"] = ones([1, 3], ScalarType.Float16).expand(2, 3),
        ["none"] = zeros([0, 5], ScalarType.BFloat16),
        ["flags"] = tensor(new[] { true, false, true }),
        ["bytes"] = tensor(new byte[] { 1, 255 }),
        ["trained"] = new Parameter(randn(2, 2), requires_grad: true),
    };
}
