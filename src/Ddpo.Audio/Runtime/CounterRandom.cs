namespace Ddpo.Audio.Runtime;

/// <summary>
/// Random numbers as a pure function of (seed, index): SplitMix64 started at a hash of the two. Integer arithmetic only, so
/// the same on every platform and version; nothing to save for a resume but the index.
/// </summary>
internal struct CounterRandom(ulong seed, ulong index)
{
    // SplitMix64's increment: 2^64 divided by the golden ratio, made odd.
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(Mix(seed + Increment) ^ (index * Increment));

    /// <summary>The next 64 random bits.</summary>
    public ulong Next() => Mix(_state += Increment);

    /// <summary>A number from 0 to <paramref name="count"/> - 1, each equally likely.</summary>
    public int Below(int count)
    {
        // Lemire's method: the high half of a product, redrawn in the sliver that would favour some numbers.
        var threshold = (0UL - (ulong)count) % (ulong)count;
        ulong low, high;
        do
        {
            high = Math.BigMul(Next(), (ulong)count, out low);
        }
        while (low < threshold);
        return (int)high;
    }

    /// <summary>A number from 0 up to, but not, 1, in steps of 2^-53.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
