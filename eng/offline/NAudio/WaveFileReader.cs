namespace NAudio.Wave;

public class WaveFileReader : WaveStream
{
    private readonly WaveFileHeader _header;
    private readonly bool _ownsStream;
    private readonly Lock _lock = new();
    private Stream _stream;

    public WaveFileReader(string waveFile)
        : this(File.OpenRead(waveFile), ownsStream: true)
    {
    }

    public WaveFileReader(Stream inputStream)
        : this(inputStream, ownsStream: false)
    {
    }

    private WaveFileReader(Stream stream, bool ownsStream)
    {
        (_stream, _ownsStream) = (stream, ownsStream);
        try
        {
            _header = WaveFileHeader.Read(stream);
            if (WaveFormat.BlockAlign <= 0)
            {
                throw new InvalidDataException($"Invalid WAV file - block align is {WaveFormat.BlockAlign}.");
            }
        }
        catch
        {
            if (ownsStream)
            {
                stream.Dispose();
            }

            throw;
        }

        Position = 0;
    }

    public override WaveFormat WaveFormat => _header.Format;

    public override long Length => _header.DataLength;

    public long SampleCount
    {
        get
        {
            RequireUncompressed("Sample count is calculated only for the standard encodings");
            return Length / BlockAlign;
        }
    }

    public override long Position
    {
        get => _stream.Position - _header.DataPosition;
        set
        {
            lock (_lock)
            {
                var position = Math.Min(value, Length);
                _stream.Position = _header.DataPosition + position - (position % WaveFormat.BlockAlign);
            }
        }
    }

    public override int Read(byte[] array, int offset, int count) => Read(array.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length % WaveFormat.BlockAlign != 0)
        {
            throw new ArgumentException(
                $"Must read complete blocks: requested {buffer.Length}, block align is {WaveFormat.BlockAlign}");
        }

        lock (_lock)
        {
            return _stream.Read(buffer[..(int)Math.Min(buffer.Length, Length - Position)]);
        }
    }

    public float[] ReadNextSampleFrame()
    {
        const string unsupported = "Only 16, 24 or 32 bit PCM or IEEE float audio data supported";
        RequireUncompressed(unsupported);
        var width = WaveFormat.BitsPerSample / 8;
        var raw = new byte[WaveFormat.Channels * width];
        var read = Read(raw, 0, raw.Length);
        if (read == 0)
        {
            return null;
        }

        if (read < raw.Length)
        {
            throw new InvalidDataException("Unexpected end of file");
        }

        // Extensible float is taken for PCM here, as in NAudio: ToSampleProvider is the one that tells them apart.
        var decode = SampleDecoders.Find(
            WaveFormat.Encoding == WaveFormatEncoding.IeeeFloat, WaveFormat.BitsPerSample);
        if (decode is null || width == 1)
        {
            throw new InvalidOperationException(unsupported);
        }

        var frame = new float[WaveFormat.Channels];
        for (var channel = 0; channel < frame.Length; channel++)
        {
            frame[channel] = decode(raw.AsSpan(channel * width));
        }

        return frame;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _stream is not null)
        {
            if (_ownsStream)
            {
                _stream.Dispose();
            }

            _stream = null;
        }

        base.Dispose(disposing);
    }

    private void RequireUncompressed(string message)
    {
        if (WaveFormat.Encoding is not (WaveFormatEncoding.Pcm or WaveFormatEncoding.IeeeFloat or WaveFormatEncoding.Extensible))
        {
            throw new InvalidOperationException(message);
        }
    }
}
