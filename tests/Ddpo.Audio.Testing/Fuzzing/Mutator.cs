using System.Buffers.Binary;

namespace Ddpo.Audio.Testing.Fuzzing;

/// <summary>Makes inputs from sound ones by a few random changes. The same number gives the same input, always.</summary>
internal sealed class Mutator(FuzzTarget target)
{
    private const int MaxChanges = 4;
    private const int MaxNesting = 1 << 14;

    private static readonly long[] s_extremes =
    [
        0, 1, 2, 4, 8, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40, 1L << 62,
        long.MaxValue, long.MinValue, -1, -2, -8,
    ];

    private static readonly byte[] s_bytes = [0, 1, 0x7F, 0x80, 0xC0, 0xFF, .. "\n\"{}[](),:. 09-\\"u8];

    private static readonly byte[][] s_openings = ["["u8.ToArray(), "{\"a\":"u8.ToArray(), "("u8.ToArray(), "{"u8.ToArray(), "- "u8.ToArray(), "[["u8.ToArray()];

    private static readonly Func<Mutator, Random, List<byte>, bool>[] s_changes =
    [
        (_, random, input) => FlipBits(random, input),
        (_, random, input) => SetBytes(random, input),
        (_, random, input) => Truncate(random, input),
        (_, random, input) => Repeat(random, input),
        (_, random, input) => Remove(random, input),
        (self, random, input) => self.Splice(random, input),
        (_, random, input) => WriteExtreme(random, input),
        (_, random, input) => Nest(random, input),
        (self, random, input) => self.InsertWord(random, input),
        (_, random, input) => TextMutations.ReplaceNumber(random, input),
        (_, random, input) => TextMutations.ReplaceNumber(random, input),
        (_, random, input) => TextMutations.ReplaceText(random, input),
        (_, random, input) => TextMutations.ReplaceValue(random, input),
    ];

    /// <summary>The seed of an input's random numbers.</summary>
    public static int Seed(int number) => unchecked((number * 48271) + 20231);

    /// <summary>The input of a number, at most as long as the target allows.</summary>
    public byte[] Make(int number)
    {
        var random = new Random(Seed(number));
        var input = new List<byte>(Pick(random, target.Corpus));
        for (var changes = random.Next(1, MaxChanges + 1); changes > 0;)
        {
            // Some changes need what the input does not have, such as a number.
            changes -= Pick(random, s_changes)(this, random, input) ? 1 : 0;
        }

        return [.. input.Take(target.MaxLength)];
    }

    /// <summary>Any of several.</summary>
    public static T Pick<T>(Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private static bool FlipBits(Random random, List<byte> input)
    {
        for (var i = random.Next(1, 9); i > 0 && input.Count > 0; i--)
        {
            input[random.Next(input.Count)] ^= (byte)(1 << random.Next(8));
        }

        return true;
    }

    private static bool SetBytes(Random random, List<byte> input)
    {
        for (var i = random.Next(1, 5); i > 0 && input.Count > 0; i--)
        {
            input[random.Next(input.Count)] = Pick(random, s_bytes);
        }

        return true;
    }

    private static bool Truncate(Random random, List<byte> input)
    {
        var length = random.Next(input.Count + 1);
        input.RemoveRange(length, input.Count - length);
        return true;
    }

    private static bool Repeat(Random random, List<byte> input)
    {
        var (start, length) = Range(random, input, 64);
        var part = input.GetRange(start, length);
        var at = random.Next(2) == 0 ? start : random.Next(input.Count + 1);
        var times = 1 << random.Next(8);
        input.InsertRange(at, Enumerable.Repeat(part, times).SelectMany(bytes => bytes).ToArray());
        return true;
    }

    private static bool Remove(Random random, List<byte> input)
    {
        var (start, length) = Range(random, input, 32);
        input.RemoveRange(start, length);
        return true;
    }

    private static bool WriteExtreme(Random random, List<byte> input)
    {
        var width = 1 << random.Next(1, 4);
        if (input.Count < width)
        {
            return false;
        }

        // Headers lie at the beginning and at the end, more often than not aligned.
        var last = input.Count - width;
        var at = random.Next(3) switch
        {
            0 => random.Next(Math.Min(last, 64) + 1),
            1 => last - random.Next(Math.Min(last, 64) + 1),
            _ => random.Next(last + 1),
        };
        at = random.Next(4) > 0 ? at & ~1 : at;
        var value = random.Next(3) == 0 ? input.Count + random.Next(-2, 3) : Pick(random, s_extremes);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        for (var i = 0; i < width; i++)
        {
            input[at + i] = bytes[i];
        }

        return true;
    }

    private static bool Nest(Random random, List<byte> input)
    {
        var depth = 1 << random.Next((int)Math.Log2(MaxNesting) + 1);
        var opening = Pick(random, s_openings);
        input.InsertRange(random.Next(input.Count + 1), Enumerable.Repeat(opening, depth).SelectMany(bytes => bytes).ToArray());
        return true;
    }

    private static (int Start, int Length) Range(Random random, List<byte> input, int longest)
    {
        var start = random.Next(input.Count + 1);
        return (start, Math.Min(random.Next(longest + 1), input.Count - start));
    }

    private bool Splice(Random random, List<byte> input)
    {
        var other = Pick(random, target.Corpus);
        Truncate(random, input);
        input.AddRange(other[random.Next(other.Length + 1)..]);
        return true;
    }

    private bool InsertWord(Random random, List<byte> input)
    {
        if (target.Words.Count == 0)
        {
            return false;
        }

        input.InsertRange(random.Next(input.Count + 1), Pick(random, target.Words));
        return true;
    }
}
