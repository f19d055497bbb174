namespace NAudio.Wave;

/// <summary>Where the samples of a RIFF file are, and their format; other chunks are passed over.</summary>
internal sealed record WaveFileHeader(WaveFormat Format, long DataPosition, long DataLength)
{
    private const int ChunkHeaderLength = 8;

    private static readonly uint s_riff = Id("RIFF"), s_wave = Id("WAVE"), s_format = Id("fmt "), s_data = Id("data");

    public static WaveFileHeader Read(Stream stream)
    {
        var reader = new BinaryReader(stream);
        if (reader.ReadUInt32() != s_riff)
        {
            throw new FormatException("Not a WAVE file - no RIFF header");
        }

        // Some files are longer than their header says; what lies beyond is not part of them.
        var end = Math.Min(reader.ReadUInt32() + (long)ChunkHeaderLength, stream.Length);
        if (reader.ReadUInt32() != s_wave)
        {
            throw new FormatException("Not a WAVE file - no WAVE header");
        }

        WaveFormat format = null;
        long dataPosition = -1, dataLength = 0;
        while (stream.Position <= end - ChunkHeaderLength)
        {
            var id = reader.ReadUInt32();
            long length = reader.ReadUInt32();
            var available = stream.Length - stream.Position;
            if (id == s_data)
            {
                // A writer that could not go back leaves a placeholder here: take what there is.
                (dataPosition, dataLength) = (stream.Position, Math.Min(length, available));
                stream.Position += dataLength;
            }
            else if (id == s_format)
            {
                if (length > int.MaxValue)
                {
                    throw new InvalidDataException($"Format chunk length must be between 0 and {int.MaxValue}.");
                }

                format = WaveFormat.FromFormatChunk(reader, (int)length);
            }
            else if (length > available)
            {
                break;
            }
            else
            {
                stream.Position += length;
            }

            SkipPadding(reader, stream, length);
        }

        return new WaveFileHeader(
            format ?? throw new FormatException("Invalid WAV file - No fmt chunk found"),
            dataPosition >= 0 ? dataPosition : throw new FormatException("Invalid WAV file - No data chunk found"),
            dataLength);
    }

    /// <summary>A chunk of odd length is followed by a zero byte, which some writers forget.</summary>
    private static void SkipPadding(BinaryReader reader, Stream stream, long chunkLength)
    {
        if (chunkLength % 2 != 0 && stream.Position < stream.Length && reader.ReadByte() != 0)
        {
            stream.Position--;
        }
    }

    private static uint Id(string name) => BitConverter.ToUInt32(System.Text.Encoding.ASCII.GetBytes(name));
}
