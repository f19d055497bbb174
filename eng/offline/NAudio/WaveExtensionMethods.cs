namespace NAudio.Wave;

public static class WaveExtensionMethods
{
    public static ISampleProvider ToSampleProvider(this IWaveProvider waveProvider) => new WaveToSamples(waveProvider);

    public static WaveFormat AsStandardWaveFormat(this WaveFormat waveFormat) =>
        SubFormats.Of(waveFormat) is { } subFormat ? SubFormats.ToStandard(waveFormat, subFormat) ?? waveFormat : waveFormat;
}
