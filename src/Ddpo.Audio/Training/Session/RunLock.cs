namespace Ddpo.Audio.Training.Session;

/// <summary>A run's folder in the hands of one trainer: a file that it holds open, so that the system lets go of it however the process ends.</summary>
internal static class RunLock
{
    /// <summary>The file. Empty, and left where it is: two that wait for each other's file to go would each have one.</summary>
    public const string Name = "run.lock";

    /// <summary>Takes the folder, which is made if it is missing, until the lock is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another trainer has it, in this process or another one.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static IDisposable Take(string root)
    {
        var path = Path.Combine(root, Name);
        try
        {
            Directory.CreateDirectory(root);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new InvalidOperationException(
                $"The folder '{root}' is in use by another trainer, in this process or another one, which has '{path}' open. "
                + "Wait for it to end (a trainer in this process: dispose it), or choose another Directory.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The run's folder '{root}' cannot be written to: {exception.Message} Check its path, its permissions and the free space.", exception);
        }
    }

    /// <summary>Throws when another trainer has the folder, which stays as it is.</summary>
    /// <exception cref="InvalidOperationException">Another trainer has it.</exception>
    public static void ThrowIfTaken(string root)
    {
        if (File.Exists(Path.Combine(root, Name)))
        {
            Take(root).Dispose();
        }
    }

    // EAGAIN or EWOULDBLOCK of flock on Linux and macOS, and Windows' sharing violation.
    private static bool IsHeld(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 35 or 32;
}
