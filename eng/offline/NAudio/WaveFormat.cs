namespace NAudio.Wave;

public class WaveFormat
{
    protected WaveFormatEncoding waveFormatTag;
    protected short channels;
    protected int sampleRate;
    protected int averageBytesPerSecond;
    protected short blockAlign;
    protected short bitsPerSample;
    protected short extraSize;

    public WaveFormat()
        : this(44100, 16, 2)
    {
    }

    public WaveFormat(int sampleRate, int channels)
        : this(sampleRate, 16, channels)
    {
    }

    public WaveFormat(int rate, int bits, int channels)
    {
        if (channels < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(channels), "A format has at least one channel");
        }

        Describe(WaveFormatEncoding.Pcm, rate, bits, channels);
    }

    public WaveFormatEncoding Encoding => waveFormatTag;

    public int Channels => channels;

    public int SampleRate => sampleRate;

    public int AverageBytesPerSecond => averageBytesPerSecond;

    public virtual int BlockAlign => blockAlign;

    public int BitsPerSample => bitsPerSample;

    public int ExtraSize => extraSize;

    public static WaveFormat CreateIeeeFloatWaveFormat(int sampleRate, int channels)
    {
        var format = new WaveFormat();
        format.Describe(WaveFormatEncoding.IeeeFloat, sampleRate, 32, channels);
        return format;
    }

    public static WaveFormat CreateCustomFormat(
        WaveFormatEncoding tag, int sampleRate, int channels, int averageBytesPerSecond, int blockAlign, int bitsPerSample)
    {
        var format = new WaveFormat();
        format.Describe(tag, sampleRate, bitsPerSample, channels);
        format.blockAlign = (short)blockAlign;
        format.averageBytesPerSecond = averageBytesPerSecond;
        return format;
    }

    public static WaveFormat FromFormatChunk(BinaryReader br, int formatChunkLength)
    {
        var format = new WaveFormatExtraData();
        format.ReadFields(br, formatChunkLength);
        format.ReadExtraData(br);
        return format;
    }

    /// <summary>Writes the length of the chunk and its contents; plain PCM has no extra-size field.</summary>
    public virtual void Serialize(BinaryWriter writer)
    {
        var isPlainPcm = waveFormatTag == WaveFormatEncoding.Pcm && extraSize == 0;
        writer.Write(isPlainPcm ? 16 : 18 + extraSize);
        writer.Write((ushort)waveFormatTag);
        writer.Write(channels);
        writer.Write(sampleRate);
        writer.Write(averageBytesPerSecond);
        writer.Write((short)BlockAlign);
        writer.Write(bitsPerSample);
        if (!isPlainPcm)
        {
            writer.Write(extraSize);
        }
    }

    public override bool Equals(object obj) => obj is WaveFormat other && Fields == other.Fields;

    public override int GetHashCode() => Fields.GetHashCode();

    public override string ToString() => waveFormatTag switch
    {
        WaveFormatEncoding.Pcm or WaveFormatEncoding.Extensible => $"{bitsPerSample} bit PCM: {sampleRate}Hz {channels} channels",
        WaveFormatEncoding.IeeeFloat => $"{bitsPerSample} bit IEEEFloat: {sampleRate}Hz {channels} channels",
        _ => waveFormatTag.ToString(),
    };

    private (WaveFormatEncoding, short, int, int, short, short) Fields =>
        (waveFormatTag, channels, sampleRate, averageBytesPerSecond, blockAlign, bitsPerSample);

    private void Describe(WaveFormatEncoding tag, int rate, int bits, int channelCount)
    {
        waveFormatTag = tag;
        channels = (short)channelCount;
        sampleRate = rate;
        bitsPerSample = (short)bits;
        blockAlign = (short)(channelCount * (bits / 8));
        averageBytesPerSecond = rate * blockAlign;
        extraSize = 0;
    }

    private void ReadFields(BinaryReader reader, int chunkLength)
    {
        if (chunkLength < 16)
        {
            throw new InvalidDataException("Invalid WaveFormat Structure");
        }

        waveFormatTag = (WaveFormatEncoding)reader.ReadUInt16();
        channels = reader.ReadInt16();
        sampleRate = reader.ReadInt32();
        averageBytesPerSecond = reader.ReadInt32();
        blockAlign = reader.ReadInt16();
        bitsPerSample = reader.ReadInt16();
        if (chunkLength > 16)
        {
            // Some writers give a size that is not what follows; the chunk's own length decides.
            reader.ReadInt16();
            extraSize = (short)(chunkLength - 18);
        }
    }
}
