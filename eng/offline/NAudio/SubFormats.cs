namespace NAudio.Wave;

/// <summary>The identifiers in WAVE_FORMAT_EXTENSIBLE, and what they mean in the older format tags.</summary>
internal static class SubFormats
{
    /// <summary>Bytes after the common fields: valid bits (2), channel mask (4), sub-format (16).</summary>
    public const short ExtensionLength = 22;

    public static readonly Guid Pcm = new("00000001-0000-0010-8000-00aa00389b71");
    public static readonly Guid IeeeFloat = new("00000003-0000-0010-8000-00aa00389b71");

    public static Guid ForBits(int bits) => bits == 32 ? IeeeFloat : Pcm;

    /// <summary>The format in older terms, or null where there is none.</summary>
    public static WaveFormat ToStandard(WaveFormat format, Guid subFormat)
    {
        if (subFormat == IeeeFloat && format.BitsPerSample == 32)
        {
            return WaveFormat.CreateIeeeFloatWaveFormat(format.SampleRate, format.Channels);
        }

        return subFormat == Pcm ? new WaveFormat(format.SampleRate, format.BitsPerSample, format.Channels) : null;
    }

    /// <summary>The sub-format of a format made in code or read from a file.</summary>
    public static Guid? Of(WaveFormat format) => format switch
    {
        WaveFormatExtensible extensible => extensible.SubFormat,
        WaveFormatExtraData { Encoding: WaveFormatEncoding.Extensible, ExtraSize: >= ExtensionLength } read =>
            new Guid(read.ExtraData.AsSpan(6, 16)),
        _ => null,
    };
}
