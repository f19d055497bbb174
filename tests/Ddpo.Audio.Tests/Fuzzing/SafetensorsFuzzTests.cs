using System.Text;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Checkpoints;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class SafetensorsFuzzTests
{
    private const string FileName = "x.safetensors";

    private static readonly string[] s_headers =
    [
        """{"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"none":{"dtype":"F16","shape":[3,0],"data_offsets":[16,16]}}""",
        """{"a":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[8],"data_offsets":[8,16]}}""",
        """{"x":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}}""",
    ];

    private static readonly byte[] s_values = [.. Enumerable.Range(0, 16).Select(value => (byte)value)];

    [Fact]
    public void Damaged_files_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("safetensors", FileName, Read)
    {
        Corpus = [.. s_headers.Select(header => SafetensorsBytes.Of(header, s_values)), File.ReadAllBytes(Fixtures.Path("tiny-bin", "odd.expected.safetensors"))],
    });

    [Fact]
    public void Damaged_headers_of_the_right_length_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("safetensors-header", FileName, Read)
    {
        Corpus = [.. s_headers.Select(Encoding.UTF8.GetBytes)],
        Words = [.. new[] { "F64", "I8", "0,", "1,1,1,1,1,1,1,1,", "4611686018427387904,", "\"__metadata__\":{},", "\"dtype\":\"F32\"," }.Select(Encoding.UTF8.GetBytes)],
        Wrap = header => [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. s_values],
        Iterations = 12_000,
    });

    [Theory]
    [InlineData("[0,4611686018427387904,8]", "too large")]
    [InlineData("[4611686018427387904,8,0]", "too large")]
    [InlineData("[0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "and 57 more")]
    public void A_shape_whose_strides_cannot_be_counted_is_refused_though_it_has_no_values(string shape, string expected)
    {
        using var folder = new TemporaryFolder().With(
            FileName, SafetensorsBytes.Of($$$"""{"x":{"dtype":"F32","shape":{{{shape}}},"data_offsets":[0,0]}}""", 0));
        var exception = Assert.Throws<CheckpointException>(() => CheckpointFile.Open(folder[FileName]));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private static void Read(TemporaryFolder folder) =>
        TensorReading.ReadAll(folder[FileName], new FileInfo(folder[FileName]).Length);
}
