namespace NAudio.Wave;

public class WaveFormatExtensible : WaveFormat
{
    private readonly short _validBitsPerSample;
    private readonly int _channelMask;
    private readonly Guid _subFormat;

    public WaveFormatExtensible(int rate, int bits, int channels, int channelMask = 0)
        : this(rate, bits, channels, SubFormats.ForBits(bits), bits, channelMask != 0 ? channelMask : FirstSpeakers(channels))
    {
    }

    public WaveFormatExtensible(int rate, int bits, int channels, bool useIeeeFloat, int validBitsPerSample, int channelMask)
        : this(rate, bits, channels, useIeeeFloat ? SubFormats.IeeeFloat : SubFormats.Pcm, validBitsPerSample, channelMask)
    {
    }

    public WaveFormatExtensible(int rate, int bits, int channels, Guid subFormat, int validBitsPerSample, int channelMask)
        : base(rate, bits, channels)
    {
        waveFormatTag = WaveFormatEncoding.Extensible;
        extraSize = SubFormats.ExtensionLength;
        _validBitsPerSample = (short)validBitsPerSample;
        _channelMask = channelMask;
        _subFormat = subFormat;
    }

    public Guid SubFormat => _subFormat;

    public int ValidBitsPerSample => _validBitsPerSample;

    public int ChannelMask => _channelMask;

    public WaveFormat ToStandardWaveFormat() => SubFormats.ToStandard(this, _subFormat) ?? this;

    public override void Serialize(BinaryWriter writer)
    {
        base.Serialize(writer);
        writer.Write(_validBitsPerSample);
        writer.Write(_channelMask);
        writer.Write(_subFormat.ToByteArray());
    }

    public override string ToString() =>
        $"WAVE_FORMAT_EXTENSIBLE {_subFormat} {SampleRate}Hz {Channels} channels {BitsPerSample} bit";

    private static int FirstSpeakers(int count)
    {
        var mask = 0;
        for (var speaker = 0; speaker < count; speaker++)
        {
            mask |= 1 << speaker;
        }

        return mask;
    }
}
