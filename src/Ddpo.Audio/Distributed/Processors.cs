using System.Globalization;

namespace Ddpo.Audio.Distributed;

/// <summary>The processors that a process may run on.</summary>
internal static class Processors
{
    /// <summary>Bytes of a mask with a bit for each processor; higher ones are left out.</summary>
    public const int MaskBytes = 128;

    private const string Status = "/proc/self/status", Key = "Cpus_allowed_list:";

    /// <summary>Those of this process; none where the system does not say it.</summary>
    public static byte[] OfThisProcess() => File.Exists(Status)
        && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
            ? Parse(line[Key.Length..])
            : new byte[MaskBytes];

    /// <summary>Reads a list such as <c>0-3,8</c>.</summary>
    public static byte[] Parse(string list)
    {
        var mask = new byte[MaskBytes];
        foreach (var range in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-');
            var (first, last) = (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
            for (var i = first; i <= Math.Min(last, (MaskBytes * 8) - 1); i++)
            {
                mask[i / 8] |= (byte)(1 << (i % 8));
            }
        }

        return mask;
    }

    /// <summary>How many threads a process should have: its part of each processor that it may run on, as others of its machine may run there, too.</summary>
    /// <param name="own">Its mask.</param>
    /// <param name="all">Those of all processes on its machine, its own included.</param>
    /// <param name="limit">What the system gives the process in all, such as a container's quota, when it is less than its processors.</param>
    /// <returns>At least 1; 0 when nothing is known.</returns>
    public static int Share(byte[] own, IReadOnlyList<byte[]> all, int limit)
    {
        var (share, count) = (0.0, 0);
        for (var i = 0; i < MaskBytes * 8; i++)
        {
            if (Has(own, i))
            {
                share += 1.0 / all.Count(mask => Has(mask, i));
                count++;
            }
        }

        // A quota is the container's, which all of them share.
        var most = limit < count ? Math.Max(1, limit / all.Count) : int.MaxValue;
        return count == 0 ? 0 : Math.Min(most, Math.Max(1, (int)(share + 1e-6)));
    }

    private static bool Has(byte[] mask, int processor) => (mask[processor / 8] & (1 << (processor % 8))) != 0;
}
