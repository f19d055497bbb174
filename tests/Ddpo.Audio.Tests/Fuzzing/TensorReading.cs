using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Tests.Fuzzing;

/// <summary>Reads everything in a file of tensors, and looks at what would be allocated before it is.</summary>
internal static class TensorReading
{
    private const long ReadLimit = 1 << 20;

    /// <param name="path">The file.</param>
    /// <param name="limit">Bytes that the tensors may have together.</param>
    public static void ReadAll(string path, long limit)
    {
        using var source = CheckpointFile.Open(path);
        var total = source.Entries.Values.Sum(entry => entry.Bytes);
        Assert.True(total <= limit, $"The tensors have {total} bytes, at most {limit} are in proportion.");
        if (total > ReadLimit)
        {
            return;
        }

        using var scope = NewDisposeScope();
        foreach (var entry in source.Entries.Values)
        {
            Assert.Equal(entry.Bytes, source.Read(entry.Name).bytes.Length);
        }
    }
}
