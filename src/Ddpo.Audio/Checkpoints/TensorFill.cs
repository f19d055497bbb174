namespace Ddpo.Audio.Checkpoints;

/// <summary>Reads values of a file into a tensor.</summary>
internal static class TensorFill
{
    private const int DirectChunkBytes = 1 << 30;
    private const int StagedChunkBytes = 4 << 20;

    /// <summary>
    /// Reads the values that lie row by row at <paramref name="offset"/>: those of a CPU tensor of the stored type straight into
    /// its memory, any other's through a staging tensor of bounded size.
    /// </summary>
    public static void FromRows(BinaryFile file, long offset, ScalarType stored, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (!target.is_contiguous())
        {
            var whole = empty(target.shape, stored);
            FromRows(file, offset, stored, whole);
            target.copy_(whole);
            return;
        }

        var size = Dtypes.SizeOf(stored);
        var isDirect = target.device_type == DeviceType.CPU && target.dtype == stored;
        var flat = target.view(-1);
        var total = target.numel();
        var chunk = Math.Min(total, (isDirect ? DirectChunkBytes : StagedChunkBytes) / size);
        var staging = isDirect ? null : empty([chunk], stored);
        for (long done = 0; done < total; done += chunk)
        {
            var count = Math.Min(chunk, total - done);
            using var part = flat.narrow(0, done, count);
            using var staged = staging?.narrow(0, 0, count);
            file.Read(offset + (done * size), (staged ?? part).bytes);
            if (staged is not null)
            {
                part.copy_(staged);
            }
        }
    }
}
