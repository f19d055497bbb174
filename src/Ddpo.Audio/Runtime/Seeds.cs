namespace Ddpo.Audio.Runtime;

/// <summary>Derives independent seeds from one, so that any draw of a run can be made again from its position alone.</summary>
internal static class Seeds
{
    /// <summary>Mixes <paramref name="seed"/> with a position, such as (epoch, sample).</summary>
    public static ulong Derive(ulong seed, params ReadOnlySpan<long> position)
    {
        var derived = new CounterRandom(seed, 0).Next();
        foreach (var part in position)
        {
            derived = new CounterRandom(derived, (ulong)part).Next();
        }

        return derived;
    }

    /// <summary>The numbers from 0 to <paramref name="count"/> − 1 in an order that the seed decides (Fisher and Yates).</summary>
    public static long[] Permutation(int count, ulong seed)
    {
        var order = new long[count];
        for (var i = 0; i < count; i++)
        {
            var j = new CounterRandom(seed, (ulong)i).Below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }
}
