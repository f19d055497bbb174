namespace Ddpo.Audio.Checkpoints;

/// <summary>Writes a file whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file in the same folder, flushes it to the disk and renames it. Whatever fails or is killed
    /// meanwhile, <paramref name="path"/> has either its old content or all of the new.
    /// </summary>
    /// <exception cref="IOException">The file could not be written; there is no trace of the attempt.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new IOException(
                    $"'{path}' could not be written, and is as it was before: {exception.Message} Check the folder, its permissions and the free space.",
                    exception);
            }

            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder is gone or read-only, so there is nothing to delete or no way to; the first failure is the one to report.
        }
    }
}
