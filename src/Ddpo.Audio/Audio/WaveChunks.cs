using System.Buffers.Binary;

namespace Ddpo.Audio;

/// <summary>Finds a WAV file's format and data.</summary>
/// <remarks>
/// As libsndfile does, by the chunks alone: the size in the file's first bytes is wrong in many files, written by programs that could not go back to it
/// or were ended before they did.
/// </remarks>
internal static class WaveChunks
{
    private const int Head = 8, First = 12;
    private const uint Unknown = uint.MaxValue;

    /// <summary>The format, and the bytes of the first data chunk, as many as there are.</summary>
    /// <exception cref="InvalidDataException">It is not a WAV file, or is damaged.</exception>
    public static (WaveFormatChunk Format, ReadOnlyMemory<byte> Data) Find(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < First || !(bytes.StartsWith("RIFF"u8) || bytes.StartsWith("RF64"u8)) || !bytes[Head..].StartsWith("WAVE"u8))
        {
            throw new InvalidDataException("It does not begin as a WAV file.");
        }

        var end = Head + (long)Size(bytes);
        WaveFormatChunk? format = null;
        long? dataSize = null; // of a file of more than 4 GB, or one that could have become one
        for (long at = First; at + Head <= bytes.Length;)
        {
            var chunk = bytes[(int)at..];
            var (size, left) = ((long)Size(chunk), bytes.Length - at - Head);
            var content = chunk.Slice(Head, (int)Math.Min(size, left));
            if (chunk.StartsWith("fmt "u8))
            {
                format ??= WaveFormatChunk.Read(content);
            }
            else if (chunk.StartsWith("ds64"u8) && content.Length >= 16)
            {
                dataSize = BinaryPrimitives.ReadInt64LittleEndian(content[8..]);
            }
            else if (chunk.StartsWith("data"u8))
            {
                var start = at + Head;
                size = size == Unknown && dataSize is { } known and >= 0 ? known : size == 0 && end <= start ? left : size; // the last was never closed
                return (format ?? throw new InvalidDataException("It has data before it says in which format."), file.Slice((int)start, (int)Math.Min(size, left)));
            }

            at += Head + size + (size & 1);
        }

        throw new InvalidDataException($"It has no {(format is null ? "fmt" : "data")} chunk.");
    }

    private static uint Size(ReadOnlySpan<byte> chunk) => BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
}
