namespace Ddpo.Audio.Runtime;

/// <summary>Derives independent seeds from one, so that any draw of a run can be made again from its position alone.</summary>
internal static class Seeds
{
    /// <summary>Mixes <paramref name="seed"/> with a position, such as (epoch, sample).</summary>
    public static ulong Derive(ulong seed, params ReadOnlySpan<long> position)
    {
        var state = Mix(seed);
        foreach (var part in position)
        {
            state = Mix(state ^ (ulong)part);
        }

        return state;
    }

    /// <summary>The numbers from 0 to <paramref name="count"/> − 1 in an order that the seed decides (Fisher and Yates).</summary>
    public static long[] Permutation(int count, ulong seed)
    {
        var order = new long[count];
        for (var i = 0; i < count; i++)
        {
            // Inside-out shuffle; the modulo's bias is below 2^-32 for any count that fits in memory.
            var j = (int)(Derive(seed, i) % (ulong)(i + 1));
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    // SplitMix64 (Steele, Lea and Flood, 2014): each input bit changes half of the output bits.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
