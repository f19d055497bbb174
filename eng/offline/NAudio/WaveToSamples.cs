namespace NAudio.Wave;

/// <summary>Floats of full scale 1 from the bytes of any uncompressed format.</summary>
internal sealed class WaveToSamples : ISampleProvider
{
    private readonly IWaveProvider _source;
    private readonly SampleDecoder _decode;
    private readonly int _width;
    private byte[] _bytes = [];

    public WaveToSamples(IWaveProvider source)
    {
        var format = source.WaveFormat;
        var subFormat = SubFormats.Of(format);
        var isFloat = format.Encoding == WaveFormatEncoding.IeeeFloat || subFormat == SubFormats.IeeeFloat;
        if (!isFloat && format.Encoding != WaveFormatEncoding.Pcm && subFormat != SubFormats.Pcm)
        {
            throw new ArgumentException("Unsupported source encoding");
        }

        _source = source;
        _width = format.BitsPerSample / 8;
        _decode = SampleDecoders.Find(isFloat, format.BitsPerSample)
            ?? throw new InvalidOperationException("Unsupported bit depth");
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(format.SampleRate, format.Channels);
    }

    public WaveFormat WaveFormat { get; }

    public int Read(Span<float> buffer)
    {
        var needed = buffer.Length * _width;
        if (_bytes.Length < needed)
        {
            _bytes = new byte[needed];
        }

        var samples = _source.Read(_bytes.AsSpan(0, needed)) / _width;
        for (var i = 0; i < samples; i++)
        {
            buffer[i] = _decode(_bytes.AsSpan(i * _width, _width));
        }

        return samples;
    }
}
