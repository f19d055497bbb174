#pragma warning disable DDPO0001 // Own algorithms and objectives are experimental.
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Consumer.Tests;

/// <summary>Algorithm, estimator, objective and observer can be brought along.</summary>
public sealed class OwnPartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ddpo-consumer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_own_algorithm_learns_and_is_measured_and_remembered()
    {
        var whole = await OwnPipelineTests.TrainAsync(OwnPipelineTests.Builder(20).UseAlgorithm(new Reinforce()));
        Assert.True(whole[^1].Reward.Mean > whole[0].Reward.Mean + 0.1, $"from {whole[0].Reward.Mean} to {whole[^1].Reward.Mean}");
        Assert.Equal(Enumerable.Range(1, 20), whole.Select(epoch => (int)epoch["epochs_seen"]));

        DdpoTrainerBuilder Kept() => OwnPipelineTests.Builder(20).UseAlgorithm(new Reinforce()).ConfigureCheckpoints(o => o.Directory = _folder);
        var first = await OwnPipelineTests.TrainAsync(Kept(), leaveAfter: 7);
        var rest = await OwnPipelineTests.TrainAsync(Kept().ConfigureCheckpoints(o => o.ResumeFrom = CheckpointOptions.Latest));
        Assert.Equal(OwnPipelineTests.Numbers(whole), OwnPipelineTests.Numbers([.. first, .. rest]));
        Assert.Contains("\"epochs_seen\":20", File.ReadLines(Path.Combine(_folder, "metrics.jsonl")).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_epoch_that_fails_did_not_happen_to_an_own_algorithm_either()
    {
        var whole = await OwnPipelineTests.TrainAsync(OwnPipelineTests.Builder(4).UseAlgorithm(new Reinforce()));
        await using var pipeline = await TinyDiffusion.CreateAsync();
        var algorithm = new Reinforce { FailsInEpoch = 2 };
        await using var trainer = OwnPipelineTests.Builder(4).UseAlgorithm(algorithm).UsePipeline(pipeline).Build();
        await Assert.ThrowsAsync<InvalidDataException>(async () => await trainer.TrainAsync().ToListAsync());
        algorithm.FailsInEpoch = -1;
        Assert.Equal(OwnPipelineTests.Numbers(whole.Skip(2)), OwnPipelineTests.Numbers(await trainer.TrainAsync().ToListAsync()));
    }

    [Fact]
    public async Task An_own_algorithm_that_knows_of_no_ranks_is_refused_on_several()
    {
        await using var pipeline = await TinyDiffusion.CreateAsync();
        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => OwnPipelineTests.Builder(2).UseAlgorithm(new Reinforce()).UsePipeline(pipeline).UseCollective(new Two()).Build());
        Assert.Contains("The algorithm 'reinforce' trains on one rank, and there are 2: start one process, or see ITrainingAlgorithm.SupportsRanks.", error.Failures);
    }

    [Fact]
    public async Task A_run_goes_on_with_its_own_algorithm_only()
    {
        await OwnPipelineTests.TrainAsync(OwnPipelineTests.Builder(2).ConfigureCheckpoints(o => o.Directory = _folder), leaveAfter: 1);
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => OwnPipelineTests.TrainAsync(
            OwnPipelineTests.Builder(2).UseAlgorithm(new Reinforce())
                .ConfigureCheckpoints(o => (o.Directory, o.ResumeFrom) = (_folder, CheckpointOptions.Latest))));
        Assert.Contains(error.Failures, failure => failure.Contains("\"ddpo\"", StringComparison.Ordinal) && failure.Contains("\"reinforce\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_own_estimator_and_objective_take_the_place_of_ddpos()
    {
        var estimator = new Ranks();
        var epochs = await OwnPipelineTests.TrainAsync(OwnPipelineTests.Builder(20).UseAdvantages(estimator).UseObjective(new Plain()));
        Assert.Equal(20, estimator.Calls);
        Assert.True(epochs[^1].Reward.Mean > epochs[0].Reward.Mean, $"from {epochs[0].Reward.Mean} to {epochs[^1].Reward.Mean}");
        Assert.All(epochs, epoch => Assert.True(epoch["largest_ratio"] > 0));
        Assert.All(epochs, epoch => Assert.False(epoch.Measurements.ContainsKey(PolicyGradientMeasurements.ClipFraction)));
    }

    [Fact]
    public async Task An_observer_hears_of_the_run_in_order_and_changes_nothing_even_when_it_fails()
    {
        var told = new Told();
        var without = await OwnPipelineTests.TrainAsync(OwnPipelineTests.Builder(2));
        var with = await OwnPipelineTests.TrainAsync(OwnPipelineTests.Builder(2)
            .AddObserver(new Broken())
            .AddObserver(told)
            .ConfigureValidation(o => o.EveryEpochs = 2)
            .ConfigureObservers(o => (o.HtmlReport, o.TensorBoard, o.MetricsFile) = (false, false, false))
            .ConfigureCheckpoints(o => o.Directory = _folder));
        Assert.Equal(OwnPipelineTests.Numbers(without), OwnPipelineTests.Numbers(with));
        Assert.Equal(["start 0 of 2", "validation 0", "epoch 0", "epoch 1", "checkpoint epoch-0002", "validation 2", "Finished after 2"], told.Words);
        Assert.Equal(["checkpoints", "run.lock", "settings.json", "validation"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order());
    }

    /// <summary>REINFORCE with the epoch's mean as its baseline; remembers how many epochs it has seen.</summary>
    private sealed class Reinforce : ITrainingAlgorithm
    {
        private int _epochs;

        public int FailsInEpoch { get; set; } = -1;

        public string Name => "reinforce";

        public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
        {
            var samples = await epoch.SampleAsync(cancellationToken);
            var mean = samples.Rewards.Average();
            _epochs++;
            return await epoch.UpdateAsync(
                () =>
                {
                    var losses = new List<double>();
                    for (var batch = 0; batch < samples.Batches.Count; batch++)
                    {
                        using var gradients = enable_grad();
                        var rollout = samples.Batches[batch];
                        var size = (int)rollout.BatchSize;
                        var advantages = tensor(samples.Rewards.Skip(batch * size).Take(size).Select(reward => reward - mean).ToArray());
                        var conditioning = rollout.Prompts.Condition(0, size, guided: false);
                        for (var i = 0; i < rollout.Timesteps.Count; i++)
                        {
                            var timesteps = full([size], rollout.Timesteps[i], ScalarType.Int64);
                            var output = epoch.Diffusion.PredictNoise(rollout.Latents[i], timesteps, conditioning, 1);
                            var step = epoch.Scheduler.Score(output, timesteps, rollout.Latents[i], rollout.Latents[i + 1]);
                            var loss = -(step.LogProb * advantages).mean();
                            loss.backward();
                            losses.Add(loss.item<float>());
                        }

                        epoch.Report(batch + 1, samples.Batches.Count);
                    }

                    epoch.Optimizer.Update();
                    return epoch.Index == FailsInEpoch
                        ? throw new InvalidDataException("broken")
                        : new EpochResult(losses.Average(), new Dictionary<string, double> { ["epochs_seen"] = _epochs });
                },
                cancellationToken);
        }

        public JsonNode? SaveState() => _epochs;

        public void RestoreState(JsonNode? state) => _epochs = state?.GetValue<int>() ?? 0;
    }

    private sealed class Ranks : IAdvantageEstimator
    {
        public int Calls { get; private set; }

        public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts)
        {
            Calls++;
            var sorted = rewards.Order().ToList();
            return [.. rewards.Select(reward => ((float)sorted.IndexOf(reward) / (sorted.Count - 1)) - 0.5f)];
        }
    }

    private sealed class Plain : IPolicyObjective
    {
        public IReadOnlyList<string> Measurements { get; } = ["largest_ratio"];

        public PolicyLoss Compute(PolicyStep policyStep) =>
            new(-(policyStep.Ratio * policyStep.Advantages).mean(), [policyStep.Ratio.detach().max()]);
    }

    private sealed class Told : IRunObserver
    {
        public List<string> Words { get; } = [];

        public void OnStart(RunStart run) => Words.Add($"start {run.History.Count} of {run.NumEpochs}");

        public void OnEpoch(DdpoEpoch epoch) => Words.Add($"epoch {epoch.Index}");

        public void OnValidation(ValidationRound round) => Words.Add($"validation {round.Epochs}");

        public void OnCheckpoint(string folder) => Words.Add($"checkpoint {Path.GetFileName(folder)}");

        public void OnEnd(RunEnd runEnd) => Words.Add($"{runEnd.Outcome} after {runEnd.Epochs}");
    }

    private sealed class Broken : IRunObserver
    {
        public void OnStart(RunStart run) => throw new InvalidOperationException("start");

        public void OnEpoch(DdpoEpoch epoch) => throw new InvalidOperationException("epoch");

        public void OnEnd(RunEnd runEnd) => throw new InvalidOperationException("end");
    }

    /// <summary>Two ranks, of which the other is not there.</summary>
    private sealed class Two : ICollective
    {
        public int Rank => 0;

        public int Size => 2;

        public int LocalRank => 0;

        public int LocalSize => 2;

        public Task BroadcastAsync(Memory<byte> values, int root, CancellationToken cancellationToken = default) => Missing();

        public Task AllGatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, CancellationToken cancellationToken = default) => Missing();

        public Task GatherAsync(ReadOnlyMemory<byte> own, Memory<byte> all, int root, CancellationToken cancellationToken = default) => Missing();

        public Task SumAsync(Memory<float> values, CancellationToken cancellationToken = default) => Missing();

        public Task BarrierAsync(CancellationToken cancellationToken = default) => Missing();

        public void Abort(int exitCode) => throw new CollectiveException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Task Missing() => Task.FromException(new CollectiveException("Rank 1 is missing."));
    }
}
