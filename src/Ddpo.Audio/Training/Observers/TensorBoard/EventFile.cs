using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Tensorboard;

namespace Ddpo.Audio.Training.Observers.TensorBoard;

/// <summary>A file of events that TensorBoard reads while it grows: TFRecords, each with its length and checksums.</summary>
internal sealed class EventFile : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private readonly FileStream _file;

    private EventFile(FileStream file) => _file = file;

    /// <summary>Starts a file after those that are there: files of one run are read in the order of their names.</summary>
    /// <param name="folder">The run's folder, which exists.</param>
    /// <param name="time">Now.</param>
    /// <param name="firstStep">The first step that this file tells about; what earlier files say of it and later ones is forgotten.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static EventFile Start(string folder, DateTimeOffset time, long firstStep)
    {
        var path = folder;
        EventFile? file = null;
        try
        {
            var second = Math.Max(time.ToUnixTimeSeconds(), LastSecond(folder) + 1);
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{second:0000000000}.{Host}"));
            file = new EventFile(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite));
            file.Append(SummaryEvent.FileVersion(time));
            file.Append(SummaryEvent.SessionStart(time, firstStep));
            file.Flush();
            return file;
        }
        catch (Exception exception)
        {
            file?.Dispose();
            if (exception is UnauthorizedAccessException or IOException)
            {
                throw NotWritten(path, exception);
            }

            throw;
        }
    }

    /// <summary>Appends a record.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append(Event record) => Try(() =>
    {
        var message = record.ToByteArray();
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Crc32C.MaskedOf(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Crc32C.MaskedOf(message));
        _file.Write(header);
        _file.Write(message);
        _file.Write(footer);
    });

    /// <summary>Everything appended is on disk when this returns.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Flush() => Try(() => _file.Flush(flushToDisk: true));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static string Host => string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    private static long LastSecond(string folder) => Directory.EnumerateFiles(folder, Prefix + "*")
        .Select(path => Path.GetFileName(path)[Prefix.Length..].Split('.')[0])
        .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : 0)
        .DefaultIfEmpty()
        .Max();

    private static IOException NotWritten(string path, Exception exception) =>
        new($"'{path}' could not be written: {exception.Message} Check the folder, its permissions and the free space.", exception);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(_file.Name, exception);
        }
    }
}
