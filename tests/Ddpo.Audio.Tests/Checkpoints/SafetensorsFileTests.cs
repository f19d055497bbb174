using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Values_shapes_types_and_metadata_are_read_as_stored()
    {
        using var scope = NewDisposeScope();
        var path = _folder.Write("a.safetensors", SafetensorsBytes.Of(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"none":{"dtype":"F16","shape":[3,0],"data_offsets":[16,16]}} """,
            [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), .. BitConverter.GetBytes(1L << 40)]));

        using var file = SafetensorsFile.Open(path);

        Assert.Equal(["b", "a", "none"], file.Entries.Keys);
        Assert.Equal("pt", Assert.Single(file.Metadata).Value);
        Assert.Equal([1.5f, -2f], file.Read("a").data<float>().ToArray());
        Assert.Equal([2L, 1L], file.Read("a").shape);
        Assert.Equal(1L << 40, file.Read("b").item<long>());
        Assert.Equal([3L, 0L], file.Read("none").shape);
        Assert.Equal(ScalarType.Float16, file.Entries["none"].Dtype);
    }

    [Fact]
    public void A_file_that_is_cut_short_while_it_is_read_is_refused()
    {
        using var file = OpenFloats(1, 2, 3);
        using (var other = new FileStream(file.Location, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(other.Length - 4);
        }

        var exception = Assert.Throws<CheckpointException>(() => file.Read("x"));

        Assert.Contains($"'{file.Location}' cannot be read: it ends at byte", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_tensors_is_sound()
    {
        using var file = SafetensorsFile.Open(_folder.Write("a", SafetensorsBytes.Of("{}", 0)));

        Assert.Empty(file.Entries);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void A_target_of_another_precision_gets_converted_values(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var file = OpenFloats(0.25f, -8f, 3f, 0f);
        var target = ones([4], dtype);

        file.CopyTo("x", target);

        Assert.Equal([0.25f, -8f, 3f, 0f], target.to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void A_transposed_target_gets_its_values_in_place()
    {
        using var scope = NewDisposeScope();
        var path = _folder.Write("t", SafetensorsBytes.Of(
            """{"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""",
            [.. Enumerable.Range(0, 6).SelectMany(value => BitConverter.GetBytes((float)value))]));
        using var file = SafetensorsFile.Open(path);
        var storage = zeros(3, 2);

        file.CopyTo("x", storage.t());

        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], storage.data<float>().ToArray());
    }

    [Fact]
    public void A_trained_parameter_can_be_a_target()
    {
        using var scope = NewDisposeScope();
        using var file = OpenFloats(1f, 2f, 3f, 4f);
        var target = new Parameter(zeros(4), requires_grad: true);

        file.CopyTo("x", target);

        Assert.Equal([1f, 2f, 3f, 4f], target.data<float>().ToArray());
        Assert.True(target.requires_grad);
    }

    [Fact]
    public void A_target_of_another_shape_or_kind_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var file = OpenFloats(1f, 2f, 3f, 4f);

        Assert.Contains("[2, 2]", Assert.Throws<CheckpointException>(() => file.CopyTo("x", zeros(2, 2))).Message, StringComparison.Ordinal);
        var kind = Assert.Throws<CheckpointException>(() => file.CopyTo("x", zeros([4], ScalarType.Int64)));
        Assert.Contains("Float32", kind.Message, StringComparison.Ordinal);
        Assert.Contains("'y'", Assert.Throws<CheckpointException>(() => file.Read("y")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("abc", "has 3")]
    public void A_file_too_short_for_a_header_is_refused(string content, string expected) =>
        AssertRefused(_folder.Write("x.safetensors", content), expected);

    [Theory]
    [InlineData(1_000UL, "1000 bytes long")]
    [InlineData(100_000_001UL, "100000001 bytes long")]
    [InlineData(ulong.MaxValue, "18446744073709551615 bytes long")]
    public void A_header_longer_than_the_file_or_the_limit_is_refused(ulong length, string expected) =>
        AssertRefused(_folder.Write("x.safetensors", [.. BitConverter.GetBytes(length), (byte)'{', (byte)'}']), expected);

    [Theory]
    [InlineData("""[]""", "begin with '{'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", "not what the format asks for")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}{}""", "not what the format asks for")]
    [InlineData("""{"x":1}""", "must be an object")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", "must have dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "must have dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", "F8_E4M3")]
    [InlineData("""{"x":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", "'dtype' of 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "'shape' of 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "'shape' of 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", "'shape' of 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", "is there twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'x' is there twice")]
    [InlineData("""{"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "must be text")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "too large")]
    [InlineData("""{"x":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,4]}}""", "too large")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", "needs 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "begins at byte 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", "end at byte 0 of the values, the file has 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "cut short")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "begins at byte 0")]
    [InlineData("""{"x":{"dtype":"I16","shape":[1],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "begins at byte 3")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775807,9223372036854775807]}}""", "begins at byte")]
    public void A_damaged_header_is_refused_with_its_reason(string header, string expected) =>
        AssertRefused(_folder.Write("x.safetensors", SafetensorsBytes.Of(header, 4)), expected);

    [Fact]
    public void Every_truncation_of_a_file_is_refused()
    {
        var whole = SafetensorsBytes.Of("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("x.safetensors", whole[..length]);
            Assert.Throws<CheckpointException>(() => CheckpointFile.Open(path));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(string path, string expected)
    {
        var exception = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    private SafetensorsFile OpenFloats(params float[] values) => SafetensorsFile.Open(_folder.Write("x.safetensors", SafetensorsBytes.Of(
        $$$"""{"x":{"dtype":"F32","shape":[{{{values.Length}}}],"data_offsets":[0,{{{4 * values.Length}}}]}}""",
        [.. values.SelectMany(BitConverter.GetBytes)])));
}
