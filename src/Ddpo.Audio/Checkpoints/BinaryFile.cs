using Microsoft.Win32.SafeHandles;

namespace Ddpo.Audio.Checkpoints;

/// <summary>A file that is read wherever it is asked for.</summary>
/// <remarks>
/// Not mapped into memory: pages of a mapping count as the process's own, beside the tensors that they are copied to, and a file that is cut short
/// meanwhile would end the process.
/// </remarks>
internal sealed class BinaryFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private BinaryFile(string path, SafeFileHandle handle) => (Path, _handle, Length) = (path, handle, RandomAccess.GetLength(handle));

    public string Path { get; }

    /// <summary>The file's size in bytes, at least 1.</summary>
    public long Length { get; }

    /// <exception cref="CheckpointException">There is no such file, it is empty, or it cannot be read.</exception>
    public static BinaryFile Open(string path)
    {
        try
        {
            var file = new BinaryFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
            if (file.Length > 0)
            {
                return file;
            }

            file.Dispose();
            throw new CheckpointException($"'{path}' is empty. Download or copy it again.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"There is no file '{path}'. Check the path, or download the file.", exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException and not CheckpointException)
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>The bytes from <paramref name="offset"/>. Callers check ranges and report them as damage; this is the last guard.</summary>
    /// <exception cref="CheckpointException">They cannot be read.</exception>
    public byte[] Read(long offset, int length)
    {
        var bytes = new byte[length];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Fills <paramref name="target"/> with the bytes from <paramref name="offset"/>.</summary>
    /// <inheritdoc cref="Read(long, int)"/>
    public void Read(long offset, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - target.Length);
        try
        {
            while (target.Length > 0)
            {
                var count = RandomAccess.Read(_handle, target, offset);
                if (count == 0)
                {
                    throw new EndOfStreamException($"it ends at byte {offset}, and had {Length} bytes when it was opened.");
                }

                target = target[count..];
                offset += count;
            }
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(Path, exception);
        }
    }

    public void Dispose() => _handle.Dispose();

    private static CheckpointException Unreadable(string path, Exception cause) => new($"'{path}' cannot be read: {cause.Message}", cause);
}
