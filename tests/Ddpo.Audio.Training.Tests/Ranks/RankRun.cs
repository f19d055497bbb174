using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Training.Ranks;

/// <summary>A run of the tiny model on several ranks of this process.</summary>
/// <param name="Epochs">Of each rank.</param>
/// <param name="Weights">The adapter that rank 0 saved.</param>
/// <param name="Calls">What each rank did together with the others, in order.</param>
/// <param name="CallsByEpoch">How much of that when each epoch was done.</param>
internal sealed record RankRun(
    IReadOnlyList<IReadOnlyList<DdpoEpoch>> Epochs, byte[] Weights, IReadOnlyList<IReadOnlyList<string>> Calls, IReadOnlyList<IReadOnlyList<int>> CallsByEpoch)
{
    /// <summary>Trains.</summary>
    /// <param name="size">How many ranks.</param>
    /// <param name="configure">Changes the trainer of a rank.</param>
    /// <param name="leaveAfter">Epochs after which the loop is left.</param>
    /// <param name="reward">What is trained on; the energy of clips by default.</param>
    /// <param name="timeout">How long a rank is waited for.</param>
    public static async Task<RankRun> TrainAsync(
        int size,
        Action<DdpoTrainerBuilder, int>? configure = null,
        int leaveAfter = int.MaxValue,
        IRewardFunction? reward = null,
        TimeSpan? timeout = null)
    {
        using var folder = new TemporaryFolder();
        var (calls, counts) = (new IReadOnlyList<string>[size], new IReadOnlyList<int>[size]);
        var epochs = await ThreadCollective.RunAsync(
            size,
            async rank =>
            {
                await using var pipeline = await TinyPipeline.LoadAsync();
                var builder = TrainerFixture.BuilderWithoutReward(pipeline).AddReward(reward ?? TrainerFixture.Energy).UseCollective(rank);
                configure?.Invoke(builder, rank.Rank);
                await using var trainer = builder.Build();
                var (done, called) = (new List<DdpoEpoch>(), new List<int>());
                await foreach (var epoch in trainer.TrainAsync())
                {
                    done.Add(epoch);
                    called.Add(((ThreadCollective)rank).Done.Count);
                    if (done.Count == leaveAfter)
                    {
                        break;
                    }
                }

                var path = await trainer.SaveAsync(folder.Root);
                await rank.BarrierAsync();
                Assert.True(File.Exists(path), path); // rank 0 has written it
                (calls[rank.Rank], counts[rank.Rank]) = (((ThreadCollective)rank).Done, called);
                return done;
            },
            timeout);
        return new RankRun(epochs, await File.ReadAllBytesAsync(Directory.GetFiles(folder.Root).Single()), calls, counts);
    }

    /// <summary>How far weights are apart, as a share of their size.</summary>
    public double DistanceTo(RankRun other)
    {
        var (own, others) = (Floats(Weights), Floats(other.Weights));
        Assert.Equal(others.Length, own.Length);
        Assert.Contains(own, value => value != 0);
        return Math.Sqrt(own.Zip(others).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / others.Sum(value => (double)value * value));
    }

    // A safetensors file: the header's length, the header, the values.
    private static float[] Floats(byte[] file) => MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))).ToArray();
}
