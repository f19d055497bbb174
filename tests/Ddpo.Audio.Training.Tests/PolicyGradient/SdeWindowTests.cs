using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

/// <summary>A window of noisy steps: where it lies, how it samples, and what is trained on.</summary>
public sealed class SdeWindowTests
{
    [Fact]
    public void A_drawn_window_is_anywhere_in_its_range_and_follows_from_the_seed_alone()
    {
        var options = Window(new() { Size = 2, RangeStart = 1, RangeEnd = 6 });
        int[] starts = [.. Enumerable.Range(0, 400).Select(seed => StartOf(options, 9, 0, (ulong)seed))];
        Assert.Equal(starts, Enumerable.Range(0, 400).Select(seed => StartOf(options, 9, 7, (ulong)seed)));
        Assert.All(Enumerable.Range(1, 4), start => Assert.InRange(starts.Count(found => found == start), 70, 130));
        Assert.Equal([1, 2, 3, 4], starts.Distinct().Order());
        Assert.Equal(3, StartOf(Window(new() { Size = 3, RangeStart = 3, RangeEnd = 6 }), 9, 5, 12));
    }

    [Fact]
    public void A_moving_window_goes_through_its_range_and_begins_again()
    {
        var options = Window(new() { Size = 2, RangeStart = 1, RangeEnd = 6, Placement = SdeWindowPlacement.Moving, EpochsPerMove = 2, Stride = 1 });
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4, 1, 1], Enumerable.Range(0, 10).Select(epoch => StartOf(options, 9, epoch, 3)));
        options.SdeWindow!.Stride = 3;
        Assert.Equal([1, 1, 4, 4, 3, 3, 2, 2, 1, 1], Enumerable.Range(0, 10).Select(epoch => StartOf(options, 9, epoch, 3)));
    }

    [Fact]
    public void The_range_is_half_of_the_steps_by_default_and_without_a_window_all_steps_have_noise()
    {
        var options = Window(new());
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 99).Select(seed => StartOf(options, 11, 0, (ulong)seed)).Distinct().Order());
        var all = TrainedSteps.Of(new GrpoOptions { SkipLastTimesteps = 2 }, 11, 0, 0);
        Assert.Equal((new StepRange(0, 11), new StepRange(0, 9)), (all.Noisy, all.Trained));
    }

    [Fact]
    public async Task Steps_outside_are_certain_and_those_inside_are_drawn()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            using var generator = new Generator(4, CPU);
            var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
            long[] shape = [2, .. diffusion.LatentShape(TimeSpan.FromSeconds(0.2))];
            Tensor[] noise = [.. Enumerable.Range(0, 6).Select(_ => randn(shape, generator: generator))];
            using var scheduler = diffusion.CreateScheduler(5, 1);
            using var sampler = new DdimSampler(pipeline.Scheduler.SetTimesteps(5), 0, CPU);
            var left = new Queue<Tensor>(noise);
            using var rollout = new RolloutSampler(diffusion, scheduler, new SamplingOptions { GuidanceScale = 1 }, pipeline.SampleRate).Denoise(
                diffusion.EncodePrompts(["a", "b"], "", guided: false), left.Dequeue, new RolloutPlan(new StepRange(1, 2), KeepsMeans: true), _ => { }, CancellationToken.None);
            var conditioning = rollout.Prompts.Condition(0, 2, guided: false);
            foreach (var (i, timestep) in scheduler.Timesteps.Index())
            {
                var at = full(2, timestep, ScalarType.Int64);
                var predicted = diffusion.PredictNoise(rollout.Latents[i], at, conditioning, 1);
                if (i is 1 or 2)
                {
                    var drawn = scheduler.Sample(predicted, at, rollout.Latents[i], noise[i + 1]);
                    Assert.Equal(drawn.PreviousSample.bytes, rollout.Latents[i + 1].bytes);
                    Assert.Equal(drawn.LogProb.bytes, rollout.LogProbs[i].bytes);
                    Assert.Equal(drawn.Mean.bytes, rollout.Means![i].bytes);
                    Assert.True(drawn.LogProb.isfinite().all().item<bool>());
                }
                else
                {
                    // diffusers' own step without noise; where the last one ends differs by a hair.
                    Assert.True(sampler.Step(predicted, at, rollout.Latents[i]).PreviousSample.allclose(rollout.Latents[i + 1], rtol: 0, atol: 1e-4), $"{i}");
                    Assert.True(rollout.LogProbs[i].isnan().all().item<bool>());
                }
            }

            return true;
        });
    }

    [Theory]
    [InlineData("ddpo", false)]
    [InlineData("ddpo_sf", false)]
    [InlineData("grpo", false)]
    [InlineData("grpo", true)]
    public async Task Only_the_windows_steps_are_trained_on_and_the_policy_is_the_one_that_sampled(string algorithm, bool normalize)
    {
        var trained = new List<(int Step, int Of)>();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Algorithms.Use(TrainerFixture.Builder(pipeline), algorithm, o =>
            {
                o.SdeWindow = new() { Size = 2, RangeEnd = 4, Placement = SdeWindowPlacement.Moving, EpochsPerMove = 1 };
                (o.MeasureStepGradients, o.NormalizeRatio) = (true, normalize);
            })
            .ConfigureSampling(o => o.NumInferenceSteps = 6).ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (3, 0.01)).Build();
        var epochs = await trainer.TrainAsync(new ProgressAction<DdpoProgress>(report =>
        {
            if (report.Stage == DdpoStage.Training)
            {
                trained.Add((report.Step, report.TotalSteps));
            }
        })).ToListAsync();

        Assert.Equal(Enumerable.Repeat(new[] { 1, 2, 3, 4 }, 3).SelectMany(steps => steps.Select(step => (step, 4))), trained);
        foreach (var (i, epoch) in epochs.Index())
        {
            Assert.Equal((2, 0, 0), (epoch.Updates, epoch.SkippedUpdates, epoch[PolicyGradientMeasurements.OnPolicyRatioError]));
            Assert.True(double.IsFinite(epoch.Loss) && epoch.GradientNorm > 0, epoch.ToString());
            Assert.Equal(
                [$"gradient_norm_step_{i}", $"gradient_norm_step_{i + 1}"],
                epoch.Measurements.Keys.Where(name => name.StartsWith("gradient_norm_step_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Validation_clips_are_made_as_without_a_window()
    {
        using var folder = new TemporaryFolder();
        async Task<byte[]> FirstClipAsync(string run, SdeWindowOptions? window)
        {
            await using var pipeline = await TinyPipeline.LoadAsync();
            await using var trainer = TrainerFixture.Builder(pipeline).UseDdpo(o => o.SdeWindow = window)
                .ConfigureTraining(o => o.NumEpochs = 1).ConfigureValidation(o => o.EveryEpochs = 1).ConfigureCheckpoints(o => o.Directory = folder[run]).Build();
            await trainer.TrainAsync().ToListAsync();
            return await File.ReadAllBytesAsync(folder[$"{run}/validation/epoch-0000/0000.wav"]);
        }

        Assert.Equal(await FirstClipAsync("all", null), await FirstClipAsync("window", new() { Size = 1 }));
    }

    private static GrpoOptions Window(SdeWindowOptions window) => new() { SdeWindow = window };

    private static int StartOf(PolicyGradientOptions options, int steps, int epoch, ulong seed)
    {
        var found = TrainedSteps.Of(options, steps, epoch, seed);
        Assert.Equal(found.Noisy, found.Trained);
        Assert.Equal(options.SdeWindow!.Size, found.Noisy.Count);
        return found.Noisy.First;
    }
}
