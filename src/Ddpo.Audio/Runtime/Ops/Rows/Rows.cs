namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>Rows of floats: a row a channel, time along it.</summary>
/// <param name="first">The first row.</param>
/// <param name="channels">Rows.</param>
/// <param name="stride">Floats from row to row.</param>
internal readonly unsafe struct Rows(float* first, int channels, int stride)
{
    public int Channels => channels;

    public int Stride => stride;

    /// <summary>The row of a channel.</summary>
    public Span<float> this[int channel] => new(first + ((nint)channel * stride), stride);

    /// <summary>Where a column of a row lies.</summary>
    public float* At(int channel, int column) => first + ((nint)channel * stride) + column;

    /// <summary>Clears what of a stretch of time is not inside another.</summary>
    public void ClearOutside(Stretch stretch, Stretch inside)
    {
        var (before, behind) = (Math.Clamp(inside.Start, stretch.Start, stretch.End), Math.Clamp(inside.End, stretch.Start, stretch.End));
        for (var channel = 0; channel < channels && (before > stretch.Start || behind < stretch.End); channel++)
        {
            this[channel][stretch.Start..before].Clear();
            this[channel][behind..stretch.End].Clear();
        }
    }
}
