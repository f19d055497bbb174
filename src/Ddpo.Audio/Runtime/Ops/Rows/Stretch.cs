namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>Times from a first one to before an end.</summary>
internal readonly record struct Stretch(int Start, int End)
{
    public int Length => End - Start;

    /// <summary>Without so many times at each end.</summary>
    public Stretch Without(int reach) => new(Start + reach, End - reach);

    /// <summary>As counted from another time.</summary>
    public Stretch Since(int start) => new(Start - start, End - start);

    /// <summary>What is in both; of no length where nothing is.</summary>
    public Stretch Within(Stretch other)
    {
        var start = Math.Max(Start, other.Start);
        return new(start, Math.Max(start, Math.Min(End, other.End)));
    }
}
