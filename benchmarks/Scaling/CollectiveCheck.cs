using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ddpo.Audio.Scaling;

/// <summary>Does every operation with values that each rank can check.</summary>
internal static class CollectiveCheck
{
    // One number, some, and more than a sum takes at once.
    private static readonly int[] s_lengths = [0, 1, 3, 1000, (1 << 22) + 7];

    /// <summary>Throws when a result is wrong; rank 0 prints a hash of all sums.</summary>
    /// <param name="collective">The ranks.</param>
    /// <param name="mishap">How rank 1 fails halfway; <see langword="null"/> when it does not.</param>
    public static async Task RunAsync(ICollective collective, string? mishap)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var length in s_lengths)
        {
            var values = Values(collective.Rank, length);
            await collective.SumAsync(values);
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            var expected = new double[length];
            for (var rank = 0; rank < collective.Size; rank++)
            {
                foreach (var (i, value) in Values(rank, length).Index())
                {
                    expected[i] += value;
                }
            }

            Require(expected.Select(sum => (float)sum).SequenceEqual(values), $"sum of {length}");
            if (length == 3 && mishap == "wait")
            {
                Console.WriteLine("waiting");
                await Task.Delay(Timeout.Infinite);
            }

            if (collective.Rank == 1 && length == 3 && mishap is not null)
            {
                await FailAsync(mishap, collective);
            }

            var own = Enumerable.Repeat((byte)(collective.Rank + 1), length).ToArray();
            var all = new byte[length * collective.Size];
            await collective.AllGatherAsync(own, all);
            Require(all.Index().All(one => one.Item == (one.Index / length) + 1), $"all-gather of {length}");
            for (var root = 0; root < collective.Size; root++)
            {
                Array.Clear(all);
                await collective.GatherAsync(own, all, root);
                Require(all.Index().All(one => one.Item == (collective.Rank == root ? (one.Index / length) + 1 : 0)), $"gather of {length} to {root}");
                var sent = collective.Rank == root ? Enumerable.Repeat((byte)(root + 7), length).ToArray() : new byte[length];
                await collective.BroadcastAsync(sent, root);
                Require(sent.All(value => value == root + 7), $"broadcast of {length} from {root}");
            }

            await collective.BarrierAsync();
        }

        var sums = hash.GetHashAndReset();
        var everyones = new byte[sums.Length * collective.Size];
        await collective.AllGatherAsync(sums, everyones);
        Require(everyones.Chunk(sums.Length).All(other => other.SequenceEqual(sums)), "sums on all ranks");
        if (collective.Rank == 0)
        {
            Console.WriteLine($"{collective.Size} ranks, {collective.LocalSize} here: {Convert.ToHexString(sums)}");
        }
    }

    private static float[] Values(int rank, int length)
    {
        var random = new Random(rank);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5) * MathF.Pow(10, random.Next(-6, 6)))];
    }

    private static async Task FailAsync(string mishap, ICollective collective)
    {
        switch (mishap)
        {
            case "throw":
                throw new InvalidDataException("this rank was told to fail");
            case "exit":
                Environment.Exit(3);
                return;
            case "hang":
                await Task.Delay(TimeSpan.FromMinutes(2));
                return;
            case "stop":
                Thread.Sleep(Timeout.Infinite);
                return;
            case "order":
                await collective.BroadcastAsync(new byte[3], 0);
                return;
            case "leave":
                await collective.DisposeAsync();
                return;
            case "abort":
                collective.Abort(42);
                return;
            case "null": // a signal to .NET, which UCX would take from it
                try
                {
                    _ = Nothing().Length;
                }
                catch (NullReferenceException)
                {
                }

                return;
            default:
                throw new ArgumentException($"There is no mishap '{mishap}'.");
        }
    }

    private static string Nothing() => (Environment.TickCount64 < 0 ? "" : null)!;

    private static void Require(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"wrong result: {what}");
        }
    }
}
