using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Ranks;

/// <summary>However one rank ends, the others end, too, and the run can go on.</summary>
public sealed class RankFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_reward_that_fails_on_one_rank_ends_all_with_its_message(int broken)
    {
        var calls = 0;
        var ends = await EndAsync((builder, rank) => builder.AddMetric(RewardFunction.From("flaky", (_, _) =>
            rank == broken && Interlocked.Increment(ref calls) > 6 ? throw new InvalidDataException("the service is down") : 1f)));
        Assert.Contains("the service is down", Assert.IsType<RewardException>(ends[broken]).Message, StringComparison.Ordinal);
        var told = Assert.IsType<CollectiveException>(ends[1 - broken]).Message;
        Assert.StartsWith($"Rank {broken} failed: Reward 'flaky'", told, StringComparison.Ordinal);
        await AssertGoesOnAsync(after: 1, "flaky");
    }

    [Theory]
    [InlineData(DdpoStage.Sampling)]
    [InlineData(DdpoStage.Training)]
    public async Task Cancelling_one_rank_stops_all(DdpoStage stage)
    {
        using var stop = new CancellationTokenSource();
        var ends = await EndAsync(progress: rank => rank == 0 ? null : new ProgressAction<DdpoProgress>(report =>
        {
            if (report.Epoch == 1 && report.Stage == stage)
            {
                stop.Cancel();
            }
        }), cancel: rank => rank == 0 ? default : stop.Token);
        Assert.All(ends, end => Assert.IsAssignableFrom<OperationCanceledException>(end));
        await AssertGoesOnAsync(after: 1);
    }

    [Fact]
    public async Task A_program_that_leaves_its_loop_on_one_rank_ends_the_others_clearly()
    {
        var ends = await EndAsync(leave: (rank, epoch) => rank == 1 && epoch.Index == 1);
        Assert.Null(ends[1]);
        Assert.StartsWith("Rank 1 has ended its training (after epoch 2) when rank 0 came to '", Assert.IsType<CollectiveException>(ends[0]).Message, StringComparison.Ordinal);
        await AssertGoesOnAsync(after: 2);
    }

    [Fact]
    public async Task A_rank_that_hangs_is_named()
    {
        using var never = new ManualResetEventSlim();
        var calls = 0;
        var run = EndAsync(
            (builder, rank) => builder.AddMetric(RewardFunction.From("slow", (_, _) =>
            {
                if (rank == 1 && Interlocked.Increment(ref calls) > 6)
                {
                    never.Wait();
                }

                return 1;
            })),
            timeout: TimeSpan.FromSeconds(10));
        _ = Task.Delay(TimeSpan.FromSeconds(30)).ContinueWith(_ => never.Set(), TaskScheduler.Default);
        var ends = await run;
        Assert.Contains("Rank 1 did not come to", Assert.IsType<CollectiveException>(ends[0]).Message, StringComparison.Ordinal);
        await AssertGoesOnAsync(after: 1, "slow");
    }

    [Fact]
    public async Task Ranks_with_other_settings_or_prompts_are_refused_with_both_values()
    {
        var ends = await EndAsync((builder, rank) =>
        {
            builder.ConfigureTraining(o => o.LearningRate = rank == 0 ? 1e-3 : 2e-3).WithSeed(rank == 0 ? 5ul : 6);
            if (rank == 1)
            {
                builder.UsePrompts(PromptSource.FromList("something else"));
            }
        });
        Assert.All(ends, end =>
        {
            var failures = Assert.IsType<OptionsValidationException>(end).Failures;
            Assert.Contains("Training:LearningRate is 0.001 on rank 0, and 0.002 on rank 1: all ranks have to have the same settings and files.", failures);
            Assert.Contains(failures, failure => failure.StartsWith("Seed is 5 on rank 0, and 6 on rank 1", StringComparison.Ordinal));
            Assert.Contains(failures, failure => failure.StartsWith("Prompts:count is 3 on rank 0, and 1 on rank 1", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Ranks_whose_algorithms_remember_different_things_are_named()
    {
        var ends = await EndAsync((builder, rank) => builder.UseAdvantages(new Drifting(rank)));
        Assert.All(ends, end => Assert.StartsWith(
            "After epoch 1, what the algorithm and the rewards' statistics remember of rank 1 differ from those of rank 0",
            Assert.IsType<CollectiveException>(end).Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_is_taken_ends_all_before_anything_is_written()
    {
        Directory.CreateDirectory(_folder["run"]);
        await using var held = File.Open(_folder["run/run.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var ends = await EndAsync();
        Assert.Contains("is in use by another trainer", Assert.IsType<InvalidOperationException>(ends[0]).Message, StringComparison.Ordinal);
        Assert.StartsWith("Rank 0 failed: The folder ", Assert.IsType<CollectiveException>(ends[1]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ranks_cannot_share_out_is_refused_with_both_values()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var three = ThreadCollective.Of(3)[0];
        var error = Assert.Throws<OptionsValidationException>(() => TrainerFixture.Builder(pipeline).UseCollective(three)
            .ConfigureTraining(o => o.BatchSize = 2).Build());
        Assert.Equal(
            [
                "The sampling batch (4) must be a multiple of the 3 ranks, which share it out: set BatchSize to 6, or start another number of ranks.",
                "The training batch (2) must be a multiple of the 3 ranks, which share it out: set BatchSize to 3 with fewer GradientAccumulationSteps, or to 0 for the "
                + "whole sampling batch.",
            ],
            error.Failures);
        error = Assert.Throws<OptionsValidationException>(() => TrainerFixture.BuilderWithoutReward(pipeline).UseCollective(ThreadCollective.Of(2)[0])
            .AddReward(new DirectReward.Energy("energy")).UseDraft(o => o.MicroBatchSize = 4).ConfigureSampling(o => o.ScoreOnRankZero = true).Build());
        Assert.Equal(2, error.Failures.Count());
        Assert.Contains("MicroBatchSize is 4, which does not divide the 2 samples of a batch that each of 2 ranks has (4 / 2).", error.Failures);
        Assert.Contains(error.Failures, failure => failure.StartsWith("ScoreOnRankZero is on, but DRaFT's gradient", StringComparison.Ordinal));
    }

    /// <summary>Trains on two ranks, and says how each ended: an exception, or nothing.</summary>
    private async Task<Exception?[]> EndAsync(
        Action<DdpoTrainerBuilder, int>? configure = null,
        Func<int, IProgress<DdpoProgress>?>? progress = null,
        Func<int, CancellationToken>? cancel = null,
        Func<int, DdpoEpoch, bool>? leave = null,
        TimeSpan? timeout = null) => await ThreadCollective.RunAsync<Exception?>(
        2,
        async rank =>
        {
            await using var pipeline = await TinyPipeline.LoadAsync();
            var builder = Builder(pipeline).UseCollective(rank);
            configure?.Invoke(builder, rank.Rank);
            await using var trainer = builder.Build();
            try
            {
                await foreach (var epoch in trainer.TrainAsync(progress?.Invoke(rank.Rank), cancel?.Invoke(rank.Rank) ?? default))
                {
                    if (leave?.Invoke(rank.Rank, epoch) == true)
                    {
                        break;
                    }
                }

                return null;
            }
            catch (Exception exception)
            {
                return exception;
            }
        },
        timeout ?? TimeSpan.FromMinutes(2));

    private DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline) => TrainerFixture.Builder(pipeline)
        .ConfigureTraining(o => o.NumEpochs = 3)
        .ConfigureCheckpoints(o => (o.Directory, o.SaveEveryEpochs) = (_folder["run"], 100));

    /// <summary>The last whole epoch was saved, and a process by itself goes on from there.</summary>
    private async Task AssertGoesOnAsync(int after, string? metric = null)
    {
        Assert.Equal([$"epoch-{after:0000}"], Directory.GetDirectories(_folder["run/checkpoints"]).Select(folder => Path.GetFileName(folder)));
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = Builder(pipeline).ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest).ConfigureTraining(o => o.NumEpochs = after + 1);
        _ = metric is null ? builder : builder.AddMetric(RewardFunction.From(metric, (_, _) => 1));
        await using var trainer = builder.Build();
        Assert.Equal([after], (await trainer.TrainAsync().ToListAsync()).Select(epoch => epoch.Index));
    }

    /// <summary>The same advantages on each rank, and another memory.</summary>
    private sealed class Drifting(int rank) : IAdvantageEstimator
    {
        public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts) => rewards;

        public System.Text.Json.Nodes.JsonNode SaveState() => rank;
    }
}
