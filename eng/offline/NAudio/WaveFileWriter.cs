using System.Buffers.Binary;
using System.Text;

namespace NAudio.Wave;

public class WaveFileWriter : Stream
{
    private readonly BinaryWriter _writer;
    private readonly WaveFormat _format;
    private readonly bool _ownsStream;
    private readonly string _filename;
    private Stream _stream;
    private bool _hasHeader;
    private long _factPosition = -1;
    private long _dataSizePosition;
    private long _dataLength;

    public WaveFileWriter(string filename, WaveFormat format)
        : this(new FileStream(filename, FileMode.Create, FileAccess.Write, FileShare.Read), format, ownsStream: true)
    {
        _filename = filename;
    }

    public WaveFileWriter(Stream outStream, WaveFormat format)
        : this(outStream, format, ownsStream: false)
    {
    }

    private WaveFileWriter(Stream stream, WaveFormat format, bool ownsStream)
    {
        (_stream, _format, _ownsStream) = (stream, format, ownsStream);
        _writer = new BinaryWriter(stream, Encoding.UTF8);
        _writer.Write("RIFF"u8);
        _writer.Write(0);
        _writer.Write("WAVEfmt "u8);
        format.Serialize(_writer);
    }

    public string Filename => _filename;

    public WaveFormat WaveFormat => _format;

    public TimeSpan TotalTime => TimeSpan.FromSeconds((double)Length / WaveFormat.AverageBytesPerSecond);

    public override long Length => _dataLength;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Position
    {
        get => _dataLength;
        set => throw new InvalidOperationException("Repositioning a WaveFileWriter is not supported");
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("Cannot read from a WaveFileWriter");

    public override long Seek(long offset, SeekOrigin origin) =>
        throw new InvalidOperationException("Cannot seek within a WaveFileWriter");

    public override void SetLength(long value) =>
        throw new InvalidOperationException("Cannot set length of a WaveFileWriter");

    public override void Write(byte[] data, int offset, int count) => Write(data.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> data)
    {
        BeginData();
        if (_dataLength + data.Length > uint.MaxValue)
        {
            throw new ArgumentException("WAV file too large", nameof(data));
        }

        _stream.Write(data);
        _dataLength += data.Length;
    }

    /// <summary>Writes one sample; as in NAudio, integer formats neither round nor clip.</summary>
    public void WriteSample(float sample)
    {
        Span<byte> bytes = stackalloc byte[4];
        switch (WaveFormat.BitsPerSample, WaveFormat.AsStandardWaveFormat().Encoding)
        {
            case (16, _):
                BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)(short.MaxValue * sample));
                Write(bytes[..2]);
                break;
            case (24, _):
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)(int.MaxValue * sample));
                Write(bytes[1..]);
                break;
            case (_, WaveFormatEncoding.IeeeFloat):
                BinaryPrimitives.WriteSingleLittleEndian(bytes, sample);
                Write(bytes);
                break;
            case (32, _) when WaveFormat.Encoding == WaveFormatEncoding.Extensible:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)(int.MaxValue * sample));
                Write(bytes);
                break;
            default:
                throw new InvalidOperationException("Only 16, 24 or 32 bit PCM or IEEE float audio data supported");
        }
    }

    public void WriteSamples(float[] samples, int offset, int count)
    {
        foreach (var sample in samples.AsSpan(offset, count))
        {
            WriteSample(sample);
        }
    }

    public void WriteSamples(short[] samples, int offset, int count)
    {
        if (WaveFormat.BitsPerSample == 16)
        {
            Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(offset, count)));
            return;
        }

        foreach (var sample in samples.AsSpan(offset, count))
        {
            WriteSample(sample / 32768f);
        }
    }

    /// <summary>Brings the sizes in the header up to date, so that what is written so far can be read.</summary>
    public override void Flush()
    {
        BeginData();
        var position = _stream.Position;
        WriteSizes();
        _stream.Position = position;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _stream is not null)
        {
            try
            {
                BeginData();
                if (_dataLength % 2 != 0)
                {
                    _writer.Write((byte)0);
                }

                WriteSizes();
                _stream.Flush();
            }
            finally
            {
                if (_ownsStream)
                {
                    _stream.Dispose();
                }

                _stream = null;
            }
        }

        base.Dispose(disposing);
    }

    private void BeginData()
    {
        ObjectDisposedException.ThrowIf(_stream is null, this);
        if (_hasHeader)
        {
            return;
        }

        if (_format.Encoding != WaveFormatEncoding.Pcm && _format.BitsPerSample != 0)
        {
            _writer.Write("fact"u8);
            _writer.Write(4);
            _factPosition = _stream.Position;
            _writer.Write(0);
        }

        _writer.Write("data"u8);
        _dataSizePosition = _stream.Position;
        _writer.Write(0);
        _hasHeader = true;
    }

    private void WriteSizes()
    {
        _writer.Flush();
        WriteAt(4, _stream.Length - 8);
        WriteAt(_dataSizePosition, _dataLength);
        if (_factPosition >= 0)
        {
            WriteAt(_factPosition, _dataLength * 8 / (_format.BitsPerSample * _format.Channels));
        }
    }

    private void WriteAt(long position, long size)
    {
        _stream.Position = position;
        _writer.Write((uint)size);
    }
}
