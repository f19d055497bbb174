namespace Ddpo.Audio.Checkpoints;

/// <summary>Copies values from a mapped file into a tensor.</summary>
internal static class TensorFill
{
    private const int DirectChunkBytes = 1 << 30;
    private const int StagedChunkBytes = 32 << 20;

    /// <summary>
    /// Copies the values that lie row by row at <paramref name="offset"/>. A CPU tensor of the stored type gets them
    /// straight from the mapping; any other through a staging tensor of bounded size.
    /// </summary>
    public static void FromRows(MappedFile file, long offset, ScalarType stored, Tensor target)
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
            var bytes = file.Slice(offset + (done * size), (int)(count * size));
            using var part = flat.narrow(0, done, count);
            if (staging is null)
            {
                part.bytes = bytes;
                continue;
            }

            using var staged = staging.narrow(0, 0, count);
            staged.bytes = bytes;
            part.copy_(staged);
        }
    }
}
