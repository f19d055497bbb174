using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>Tensors that are read in pieces, by several threads.</summary>
public sealed class TensorFillTests : IDisposable
{
    private const int Count = 700_001; // Some pieces, and a rest.

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(123_456)]
    [InlineData(Count - 1)]
    public void Every_value_is_read_and_looked_at(int notANumber)
    {
        var values = arange(Count, ScalarType.Float32);
        if (notANumber >= 0)
        {
            values[notANumber] = tensor(float.NaN);
        }

        using var file = CheckpointFile.Open(Write(values));
        var read = zeros(Count);

        Assert.Equal(notANumber < 0, file.CopyTo("values", read));
        Assert.True(read.bytes.SequenceEqual(values.bytes));
    }

    [Fact]
    public void A_file_that_is_cut_short_meanwhile_is_told_as_any_other()
    {
        var path = Write(ones(Count));
        using var file = CheckpointFile.Open(path);
        using (var writing = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            writing.SetLength(writing.Length / 2);
        }

        var exception = Assert.Throws<CheckpointException>(() => file.CopyTo("values", zeros(Count)));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    private string Write(Tensor values)
    {
        var path = _folder["weights.safetensors"];
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["values"] = values });
        return path;
    }
}
