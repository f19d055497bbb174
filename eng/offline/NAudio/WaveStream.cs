namespace NAudio.Wave;

public abstract class WaveStream : Stream, IWaveProvider
{
    public abstract WaveFormat WaveFormat { get; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public virtual int BlockAlign => WaveFormat.BlockAlign;

    public virtual TimeSpan CurrentTime
    {
        get => ToTime(Position);
        set
        {
            var bytes = (long)(value.TotalSeconds * WaveFormat.AverageBytesPerSecond);
            Position = bytes - (bytes % BlockAlign);
        }
    }

    public virtual TimeSpan TotalTime => ToTime(Length);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };
        return Position;
    }

    public override void SetLength(long length) => throw new NotSupportedException("The length of a WaveStream is fixed");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A WaveStream can only be read");

    private TimeSpan ToTime(long bytes) => TimeSpan.FromSeconds((double)bytes / WaveFormat.AverageBytesPerSecond);
}
