using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Parameters;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Training.DirectReward;

/// <summary>The gradient that goes back through a batch step by step.</summary>
public sealed class DirectGradientTests
{
    private const int Steps = 3;

    private static readonly Prompt[] s_prompts = ["a calm piano", "techno"];
    private static readonly SamplingOptions s_sampling = new() { NumInferenceSteps = Steps, Duration = TimeSpan.FromSeconds(0.2), GuidanceScale = 3.5 };

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(3, 1, 2)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 0, 1)]
    public Task It_is_that_of_one_graph_through_all_of_it(int gradientSteps, double eta, int microBatch) => OnAsync(s_sampling, eta, model =>
    {
        using var sample = model.Sampler.Sample(s_prompts, [1, 2], new DraftOptions { GradientSteps = gradientSteps }, _ => { }, CancellationToken.None);
        var trajectory = sample.Trajectories[0];
        for (var start = 0; start < s_prompts.Length; start += microBatch)
        {
            Backpropagate(model, sample, trajectory, start, microBatch);
        }

        var found = model.Learned.Gradients.clone();
        model.Learned.Gradients.zero_();
        using (enable_grad())
        {
            var latents = trajectory.Latents(0, 0, s_prompts.Length);
            var conditioning = sample.Prompts.Condition(0, s_prompts.Length, guided: true);
            for (var i = 0; i < gradientSteps; i++)
            {
                latents = model.Sampler.Step(^(gradientSteps - i), latents, trajectory.Noise(i, 0, s_prompts.Length), conditioning).Latents;
            }

            Assert.True(latents.allclose(trajectory.Latents(gradientSteps, 0, s_prompts.Length), rtol: 0, atol: 1e-5));
            (-model.Sampler.Decode(latents).square().mean([1]).sum()).backward();
        }

        AssertClose(model.Learned.Gradients, found);
    });

    [Fact]
    public Task Normalized_every_sample_goes_back_through_every_step_with_a_gradient_of_the_same_length() => OnAsync(s_sampling, eta: 1, model =>
    {
        using var sample = model.Sampler.Sample(s_prompts, [1, 2], new DraftOptions { GradientSteps = 2 }, _ => { }, CancellationToken.None);
        var trajectory = sample.Trajectories[0];
        using var generator = new Generator(3);
        var final = randn(trajectory.Latents(2, 0, 2).shape, generator: generator);
        using (enable_grad())
        {
            for (var i = 0; i < 2; i++)
            {
                var conditioning = sample.Prompts.Condition(i, 1, guided: true);
                var between = trajectory.Latents(1, i, 1).requires_grad_(true);
                model.Sampler.Step(^1, between, trajectory.Noise(1, i, 1), conditioning).Latents.backward([Length(final.narrow(0, i, 1), 0.5f)]);
                var before = trajectory.Latents(0, i, 1);
                model.Sampler.Step(^2, before, trajectory.Noise(0, i, 1), conditioning).Latents.backward([Length(between.grad!, 0.5f)]);
            }
        }

        var expected = model.Learned.Gradients.clone();
        model.Learned.Gradients.zero_();
        var draft = new DraftOptions { NormalizeGradients = true };
        var unlike = final * tensor([1e-3f, 1e4f]).view(2, 1, 1, 1);
        new DirectGradient(model.Sampler, model.Learned, isGuided: true, draft)
            .Backpropagate(sample.Prompts, trajectory, 0, unlike, 0.5, CancellationToken.None);
        AssertClose(expected, model.Learned.Gradients);

        // Nothing to follow is nothing to make longer.
        model.Learned.Gradients.zero_();
        new DirectGradient(model.Sampler, model.Learned, isGuided: true, draft)
            .Backpropagate(sample.Prompts, trajectory, 0, zeros_like(final), 0.5, CancellationToken.None);
        Assert.Equal(0, model.Learned.Gradients.abs().max().item<float>());

        static Tensor Length(Tensor gradient, float length) => gradient * tensor(length / gradient.norm().item<float>());
    });

    [Fact]
    public Task Renoised_samples_begin_with_noise_over_the_sample_and_end_with_the_last_step() => OnAsync(s_sampling, eta: 1, model =>
    {
        using var sample = model.Sampler.Sample(
            s_prompts, [1, 2], new DraftOptions { GradientSteps = 1, Renoisings = 2 }, _ => { }, CancellationToken.None);
        Assert.Equal([1, 1, 1], sample.Trajectories.Select(trajectory => trajectory.Steps));
        using var source = new NoiseSource([1, 2], [.. model.Diffusion.LatentShape(s_sampling.Duration)], CPU);
        for (var i = 0; i < 1 + Steps; i++)
        {
            source.Next(); // the sample's own
        }

        var (own, last) = (sample.Trajectories[0].Latents(1, 0, 2), tensor(model.Scheduler.Timesteps[^1]));
        var conditioning = sample.Prompts.Condition(0, 2, guided: true);
        foreach (var renoised in sample.Trajectories.Skip(1))
        {
            var noisy = model.Scheduler.AddNoise(own, last, source.Next());
            Assert.True(noisy.allclose(renoised.Latents(0, 0, 2), rtol: 0, atol: 1e-6));
            var final = model.Sampler.Step(^1, noisy, source.Next(), conditioning).Latents;
            Assert.True(final.allclose(renoised.Latents(1, 0, 2), rtol: 0, atol: 1e-5));
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_renoisings_it_is_the_mean_over_the_sample_and_each_of_them(int renoisings)
    {
        var draft = new DraftOptions { GradientSteps = 1, Renoisings = renoisings };
        var probe = new GradientProbe(draft);
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.BuilderWithoutReward(pipeline).AddReward(new Energy("energy")).UseAlgorithm(probe)
            .UsePrompts(PromptSource.FromList("techno")).ConfigureSampling(o => o.NumBatchesPerEpoch = 1).ConfigureTraining(o => o.NumEpochs = 1).Build();
        Assert.Single(await trainer.TrainAsync().ToListAsync());

        // The same adapter, seeds and prompts, and a graph for each trajectory.
        await pipeline.Worker.RunAsync(() =>
        {
            var context = probe.Epoch!;
            var sampler = new DirectSampler(context.Diffusion, context.Scheduler, context.Options.Sampling);
            var seeds = Enumerable.Range(0, 4).Select(sample => Ddpo.Audio.Runtime.Seeds.Derive(5, 1, 0, sample));
            using var sample = sampler.Sample(["techno", "techno", "techno", "techno"], seeds, draft, _ => { }, CancellationToken.None);
            context.Parameters.Gradients.zero_();
            Assert.Equal(1 + renoisings, sample.Trajectories.Count);
            var model = new Model(context.Diffusion, context.Scheduler, context.Parameters, sampler, true);
            foreach (var trajectory in sample.Trajectories)
            {
                Backpropagate(model, sample, trajectory, 0, 4);
            }

            AssertClose(context.Parameters.Gradients / tensor(4f * (1 + renoisings)), tensor(probe.Gradients!));
            context.Parameters.Gradients.zero_();
        });
    }

    [Fact]
    public Task The_pull_to_the_reference_equals_finite_differences_with_the_latents_held() => OnAsync(s_sampling, eta: 1, model =>
    {
        const double Weight = 0.7;
        using var generator = new Generator(3);
        var values = model.Learned.Values;
        values.copy_(randn(values.shape[0], generator: generator) * tensor(0.1f)); // so that the adapter does something
        using var sample = model.Sampler.Sample(s_prompts, [1, 2], new DraftOptions { GradientSteps = 2 }, _ => { }, CancellationToken.None);
        var trajectory = sample.Trajectories[0];
        var none = zeros_like(trajectory.Latents(0, 0, 2)); // no reward
        var measured = new DirectGradient(model.Sampler, model.Learned, isGuided: true, new DraftOptions { KlWeight = Weight })
            .Backpropagate(sample.Prompts, trajectory, 0, none, 1, CancellationToken.None);
        Assert.Equal(Divergence(), measured, 1e-5 * measured);

        var gradient = model.Learned.Gradients.clone();
        var direction = gradient / gradient.norm();
        const float Step = 1e-2f;
        values.add_(direction * tensor(Step));
        var up = Divergence();
        values.sub_(direction * tensor(2 * Step));
        var down = Divergence();
        var expected = gradient.norm().item<float>();
        Assert.Equal(expected, Weight * (up - down) / (2 * Step), 0.01 * expected);

        double Divergence()
        {
            var conditioning = sample.Prompts.Condition(0, 2, guided: true);
            double sum = 0;
            for (var i = 0; i < 2; i++)
            {
                Index index = ^(2 - i);
                var prediction = model.Sampler.Predict(index, trajectory.Latents(i, 0, 2), conditioning);
                using var asBefore = model.Learned.UseReference();
                var reference = model.Sampler.Predict(index, trajectory.Latents(i, 0, 2), conditioning);
                sum += ReferencePull.Divergence(prediction, reference).sum().item<float>() / 2;
            }

            return sum;
        }
    });

    [Fact]
    public async Task Every_step_is_differentiated_before_the_next_is_done_again_and_none_leaves_anything()
    {
        var (few, many) = (await LiveAsync(2), await LiveAsync(6));
        Assert.Equal((2, 6), (few.Count, many.Count));
        Assert.Single(few[1..].Concat(many[1..]).Distinct()); // the last step, which is the first here, was given its gradient by another
    }

    /// <summary>How many more tensors live whenever a step is done again than before the batch was sampled.</summary>
    private static async Task<List<long>> LiveAsync(int steps)
    {
        var (live, sampling) = (new List<long>(), new SamplingOptions { NumInferenceSteps = steps, Duration = s_sampling.Duration, GuidanceScale = 1 });
        await OnAsync(sampling, eta: 1, model =>
        {
            var (watched, before, last) = (new WatchedDiffusion(model.Diffusion), LiveTensors.Count(), float.NaN);
            var sampler = new DirectSampler(watched, model.Scheduler, sampling);
            using var sample = sampler.Sample(s_prompts, [1, 2], new DraftOptions(), _ => { }, CancellationToken.None);
            watched.Predicting = () =>
            {
                var norm = model.Learned.Gradients.norm().item<float>();
                Assert.NotEqual(last, norm); // the step after it has been differentiated, so its graph is gone
                last = norm;
                live.Add(LiveTensors.Count() - before);
            };
            Backpropagate(model with { Sampler = sampler }, sample, sample.Trajectories[0], 0, 2);
        });
        return live;
    }

    /// <summary>Adds the gradient of minus the energy, summed over the samples.</summary>
    private static void Backpropagate(Model model, DirectSample sample, DirectTrajectory trajectory, int start, int count)
    {
        var gradient = new DirectGradient(model.Sampler, model.Learned, model.IsGuided, new DraftOptions());
        using var decoded = gradient.Decode(trajectory, start, count);
        var waveforms = decoded.Waveforms.detach();
        float[] slopes = [.. waveforms.data<float>().ToArray().Select(value => 2 * value / waveforms.shape[1])];
        gradient.Backpropagate(sample.Prompts, trajectory, start, decoded.Backpropagate(slopes, -1), 1, CancellationToken.None);
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        var scale = expected.abs().max().item<float>();
        Assert.NotEqual(0, scale);
        var difference = (expected - found).abs().max().item<float>();
        Assert.True(difference < 1e-4 * scale, $"They differ by {difference}; the largest is {scale}.");
    }

    private static async Task OnAsync(SamplingOptions sampling, double eta, Action<Model> work)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
            using var learned = LoraParameters.On(diffusion.Model, new LoraOptions { Rank = 2 }, seed: 5, folder: null);
            using var scheduler = diffusion.CreateScheduler(sampling.NumInferenceSteps, eta);
            work(new(diffusion, scheduler, learned, new DirectSampler(diffusion, scheduler, sampling), sampling.GuidanceScale > 1));
        });
    }

    private sealed record Model(
        ITrainableDiffusion Diffusion, IStochasticScheduler Scheduler, IPolicyParameters Learned, DirectSampler Sampler, bool IsGuided);
}
