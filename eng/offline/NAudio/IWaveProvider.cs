namespace NAudio.Wave;

public interface IWaveProvider
{
    WaveFormat WaveFormat { get; }

    int Read(Span<byte> buffer);
}
