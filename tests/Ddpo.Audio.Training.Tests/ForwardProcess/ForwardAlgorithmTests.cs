using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Training.Runs;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.ForwardProcess;

public sealed class ForwardAlgorithmTests
{
    private const int Epochs = 4;

    public static TheoryData<string> Names => ["rwr", "rwr_sparse", "awm", "nft"];

    public static TheoryData<string, Action<DdpoTrainerBuilder>> Mistakes => new()
    {
        { "SamplesPerPrompt is 16, which does not divide the 8 samples of an epoch (4 x 2)", b => b.UseNft() },
        { "SamplesPerPrompt is 3, which does not divide the 8 samples of an epoch (4 x 2)", b => b.UseRwr(o => o.SamplesPerPrompt = 3) },
        { "SamplesPerPrompt is 1; expected at least 2", b => b.UseAwm(o => o.SamplesPerPrompt = 1) },
        { "SamplesPerPrompt is 1; expected at least 2", b => b.UseRwr(o => o.Weighting = RwrWeighting.BestOfPrompt) },
        { "SamplesPerPrompt is 1; expected at least 2", b => b.UseRwr(o => o.PerPromptWeights = true) },
        { "SamplesPerPrompt is 0; expected at least 1", b => b.UseRwr(o => o.SamplesPerPrompt = 0) },
        { "BestShare is 0; expected more than 0 and at most 1", b => b.UseRwr(o => o.BestShare = 0) },
        { "BestShare is 1.5; expected more than 0 and at most 1", b => b.UseRwr(o => o.BestShare = 1.5) },
        { "Percentile is 100; expected at least 0 and less than 100", b => b.UseRwr(o => o.Percentile = 100) },
        { "Temperature is 0", b => b.UseRwr(o => o.Temperature = 0) },
        { "Weighting is 7; expected Softmax, BestOfPrompt, Percentile", b => b.UseRwr(o => o.Weighting = (RwrWeighting)7) },
        { "Beta is 0; expected more than 0", b => b.UseNft(o => (o.SamplesPerPrompt, o.Beta) = (4, 0)) },
        { "Beta is -1; expected more than 0", b => b.UseNft(o => (o.SamplesPerPrompt, o.Beta) = (4, -1)) },
        { "OptimalityScale is 0", b => b.UseNft(o => (o.SamplesPerPrompt, o.OptimalityScale) = (4, 0)) },
        { "Max is 1; expected at least 0 and less than 1", b => b.UseNft(o => (o.SamplesPerPrompt, o.OldPolicyDecay.Max) = (4, 1)) },
        { "PerUpdate is -0.1", b => b.UseAwm(o => (o.SamplesPerPrompt, o.OldPolicyDecay.PerUpdate) = (4, -0.1)) },
        { "OldPolicyDecay is null", b => b.UseAwm(o => (o.SamplesPerPrompt, o.OldPolicyDecay) = (4, null!)) },
        { "OldPolicyWeight is -1", b => b.UseAwm(o => (o.SamplesPerPrompt, o.OldPolicyWeight) = (4, -1)) },
        { "ClipRange is 0", b => b.UseAwm(o => (o.SamplesPerPrompt, o.ClipRange) = (4, 0)) },
        { "AdvantageClip is -5", b => b.UseNft(o => (o.SamplesPerPrompt, o.AdvantageClip) = (4, -5)) },
        { "AdvantageScale is 5; expected Global, Group", b => b.UseNft(o => (o.SamplesPerPrompt, o.AdvantageScale) = (4, (AdvantageScale)5)) },
        { "UpdatesPerEpoch is 0", b => b.UseRwr(o => o.UpdatesPerEpoch = 0) },
        { "DrawsPerSample is 0", b => b.UseRwr(o => o.DrawsPerSample = 0) },
        { "MinTimestep is 0.5; expected less than MaxTimestep, 0.5", b => b.UseRwr(o => (o.MinTimestep, o.MaxTimestep) = (0.5, 0.5)) },
        { "MaxTimestep is 1.5; expected at least 0 and at most 1", b => b.UseRwr(o => o.MaxTimestep = 1.5) },
        { "KlWeight is 0.0001, but every weight of the model is trained", b => b.UseFullFineTuning().UseNft(o => o.SamplesPerPrompt = 4) },
        { "GradientAccumulationSteps is 2, but each update of Rwr takes all samples", b => b.UseRwr().ConfigureTraining(o => o.GradientAccumulationSteps = 2) },
        { "Eta is -0.5; expected at least 0 and at most 1", b => b.UseRwr().ConfigureSampling(o => o.Eta = -0.5) },
        { "Eta is 0; expected more than 0 and at most 1: the policy's action", b => b.UseGrpo(o => o.SamplesPerPrompt = 4).ConfigureSampling(o => o.Eta = 0) },
        { "UseAdvantages and UseObjective are for parts of DDPO and GRPO, but Algorithm is Rwr", b => b.UseRwr().UseAdvantages(new Own()) },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_epoch_changes_the_weights_and_says_what_it_did(string name)
    {
        foreach (var eta in new[] { 1.0, 0 })
        {
            void Configure(DdpoTrainerBuilder builder) => Use(builder, name).ConfigureSampling(o => o.Eta = eta);
            var (first, start) = await TrainerFixture.RunAsync(builder =>
            {
                Configure(builder);
                builder.ConfigureTraining(o => o.NumEpochs = 1);
            });
            var (epochs, weights) = await TrainerFixture.RunAsync(Configure);
            Assert.NotEqual(start, weights);
            Assert.Equal(TrainerFixture.Numbers(first), TrainerFixture.Numbers(epochs.Take(1)));
            Assert.All(epochs, epoch => Assert.Equal((2, 0), (epoch.Updates, epoch.SkippedUpdates)));
            Assert.All(epochs, epoch => Assert.True(double.IsFinite(epoch.Loss) && epoch.GradientNorm > 0, epoch.ToString()));
            Assert.All(epochs, epoch => Assert.All(epoch.Measurements, one => Assert.True(double.IsFinite(one.Value), one.Key)));
            Assert.Equal(name == "rwr_sparse" ? 0.5 : 1, epochs[0][ForwardProcessMeasurements.TrainedShare]);
            Assert.True(epochs[1][ForwardProcessMeasurements.ReferenceKl] > 0);
            if (name is "awm" or "nft")
            {
                Assert.True(epochs[0][ForwardProcessMeasurements.OldPolicyKl] > 0); // of the second update
                Assert.Equal([0.2, 0.4], epochs.Select(epoch => Math.Round(epoch[ForwardProcessMeasurements.OldPolicyDecay], 9)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_run_that_was_left_and_resumed_is_bit_for_bit_the_run_that_was_not(string name)
    {
        using var folder = new TemporaryFolder();
        var whole = await RunAsync(name, folder["whole"]);
        var first = await RunAsync(name, folder["parts"], leaveAfter: 2);
        var rest = await RunAsync(name, folder["parts"], resume: CheckpointOptions.Latest);
        Assert.Equal(TrainerFixture.Numbers(whole), TrainerFixture.Numbers([.. first, .. rest]));
        Assert.Equal(RunDigest.Of(folder["whole"], Epochs), RunDigest.Of(folder["parts"], Epochs));
        Assert.Equal(name is "awm" or "nft", File.Exists(Path.Combine(folder["whole"], "checkpoints", $"epoch-{Epochs:0000}", "algorithm.safetensors")));
    }

    [Theory]
    [InlineData("awm")]
    [InlineData("nft")]
    public async Task An_epoch_that_is_cancelled_did_not_happen_to_the_old_policy_either(string name)
    {
        using var folder = new TemporaryFolder();
        var whole = await RunAsync(name, folder["whole"]);
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Builder(pipeline, name, folder["parts"]).Build();
        foreach (var (stage, step) in new[] { (DdpoStage.Training, 2), (DdpoStage.Sampling, 2), (DdpoStage.Training, 7) })
        {
            using var cancel = new CancellationTokenSource();
            var progress = new ProgressAction<DdpoProgress>(report =>
            {
                if (report.Epoch == 2 && report.Stage == stage && report.Step == step)
                {
                    cancel.Cancel();
                }
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await trainer.TrainAsync(progress, cancel.Token).ToListAsync());
        }

        Assert.Equal(TrainerFixture.Numbers(whole.Skip(2)), TrainerFixture.Numbers(await trainer.TrainAsync().ToListAsync()));
        Assert.Equal(RunDigest.Of(folder["whole"], Epochs), RunDigest.Of(folder["parts"], Epochs));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Where_all_rewards_are_equal_nothing_is_trained_and_the_log_says_so(string name)
    {
        using var log = new LogLines();
        using var folder = new TemporaryFolder();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Use(TrainerFixture.BuilderWithoutReward(pipeline).AddReward(RewardFunction.From("same", (_, _) => 0.3f)), name)
            .WithLoggerFactory(log).Build();
        var before = await File.ReadAllBytesAsync(await trainer.SaveAsync(folder["before"]));
        var epochs = await trainer.TrainAsync().ToListAsync();
        Assert.Equal(before, await File.ReadAllBytesAsync(await trainer.SaveAsync(folder["after"])));
        Assert.All(epochs, epoch => Assert.Equal(
            (0, 0, double.NaN, 0), (epoch.Updates, epoch.SkippedUpdates, epoch.Loss, epoch[ForwardProcessMeasurements.TrainedShare])));
        Assert.Equal(2, log.Warnings.Count(warning => warning.Contains("there was nothing to learn", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Samples_on_which_a_reward_failed_take_no_part(string name)
    {
        var (epochs, _) = await TrainerFixture.RunAsync(
            builder => Use(builder, name)
                .AddReward(RewardFunction.From("often", (clip, _) => clip.Samples.ToArray().Max() is var peak && (BitConverter.SingleToInt32Bits(peak) & 3) == 0
                    ? float.NaN : peak))
                .ConfigureRewardFailures(o => (o.Action, o.Retries, o.MaxDroppedFraction) = (RewardFailureAction.DropSamples, 0, 0.9))
                .ConfigureTraining(o => o.NumEpochs = Epochs),
            withEnergy: false);
        Assert.Contains(epochs, epoch => epoch.DroppedSamples > 0);
        Assert.All(epochs, epoch => Assert.True(epoch.Updates > 0 && double.IsFinite(epoch.Loss), epoch.ToString()));
        Assert.All(epochs, epoch => Assert.True(epoch[ForwardProcessMeasurements.TrainedShare] <= 1 - (epoch.DroppedSamples / 8.0)));
        if (name == "rwr")
        {
            Assert.All(epochs, epoch => Assert.Equal(1 - (epoch.DroppedSamples / 8.0), epoch[ForwardProcessMeasurements.TrainedShare]));
        }
    }

    [Fact]
    public async Task The_trained_policy_is_not_the_one_that_samples_while_the_old_one_keeps_some_of_itself()
    {
        // All of the trained one is what the old one becomes, or hardly anything of it.
        var (following, _) = await TrainerFixture.RunAsync(builder => Use(builder, "nft", decay: 0));
        var (staying, _) = await TrainerFixture.RunAsync(builder => Use(builder, "nft", decay: 0.999));
        Assert.Equal(following[0].Reward, staying[0].Reward);
        Assert.NotEqual(following[1].Reward, staying[1].Reward);
        Assert.True(staying[1][ForwardProcessMeasurements.OldPolicyKl] > following[1][ForwardProcessMeasurements.OldPolicyKl]);
    }

    [Fact]
    public async Task Guidance_of_sampling_is_not_trained()
    {
        var calls = new List<double>();
        foreach (var guidance in new[] { 1, 4.0 })
        {
            var (epochs, _) = await TrainerFixture.RunAsync(builder => Use(builder, "nft").ConfigureSampling(o => o.GuidanceScale = guidance));
            calls.Add(epochs[0].Loss);
            Assert.All(epochs, epoch => Assert.Equal(2, epoch.Updates));
        }

        Assert.NotEqual(calls[0], calls[1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_epoch_leaves_no_tensors(string name)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                await using var trainer = Use(TrainerFixture.Builder(pipeline), name).ConfigureTraining(o => o.NumEpochs = 1).Build();
                Assert.Single(await trainer.TrainAsync().ToListAsync());
            },
            times: 2);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task What_cannot_be_is_refused_when_the_trainer_is_built(string expected, Action<DdpoTrainerBuilder> mistake)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var builder = TrainerFixture.Builder(pipeline);
        mistake(builder);
        var error = Assert.Throws<OptionsValidationException>(builder.Build);
        Assert.Contains(error.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
    }

    private static DdpoTrainerBuilder Use(DdpoTrainerBuilder builder, string name, double? decay = null)
    {
        void Shared(ForwardProcessOptions options) =>
            (options.SamplesPerPrompt, options.UpdatesPerEpoch, options.DrawsPerSample, options.KlWeight) = (4, 2, 2, 0.1);
        void Old(OldPolicyOptions options)
        {
            Shared(options);
            options.OldPolicyDecay = decay is { } kept ? new() { PerUpdate = 1, Max = kept } : new() { PerUpdate = 0.1 };
        }

        return name switch
        {
            "rwr" => builder.UseRwr(Shared),
            "rwr_sparse" => builder.UseRwr(o =>
            {
                Shared(o);
                (o.Weighting, o.BestShare) = (RwrWeighting.BestOfPrompt, 0.5);
            }),
            "awm" => builder.UseAwm(Old),
            _ => builder.UseNft(Old),
        };
    }

    private static DdpoTrainerBuilder Builder(AudioLdm2Pipeline pipeline, string name, string folder) => Use(TrainerFixture.Builder(pipeline), name)
        .ConfigureTraining(o => o.NumEpochs = Epochs)
        .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (folder, 1));

    private static async Task<List<DdpoEpoch>> RunAsync(string name, string folder, int leaveAfter = int.MaxValue, string? resume = null)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Builder(pipeline, name, folder).ConfigureCheckpoints(o => o.ResumeFrom = resume).Build();
        var epochs = new List<DdpoEpoch>();
        await foreach (var epoch in trainer.TrainAsync())
        {
            epochs.Add(epoch);
            if (epochs.Count == leaveAfter)
            {
                break;
            }
        }

        return epochs;
    }

    private sealed class Own : IAdvantageEstimator
    {
        public IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts) => rewards;
    }
}
