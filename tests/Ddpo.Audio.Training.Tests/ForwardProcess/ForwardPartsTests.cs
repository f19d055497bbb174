using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.Ops;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.ForwardProcess;
using Ddpo.Audio.Training.Parameters;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Training.ForwardProcess;

/// <summary>What RWR, AWM and DiffusionNFT are made of.</summary>
public sealed class ForwardPartsTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void On_the_old_policy_the_gradient_is_the_advantage_times_that_of_the_clean_samples_error(double beta)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open("golden/algorithms/objectives/forward");
        var options = new NftOptions { Beta = beta };
        var prediction = golden["noise_pred"].requires_grad_();
        var noiseToSignal = tensor(new[] { 0.05f, 1, 7, 40 }).narrow(0, 0, prediction.shape[0]);
        var advantages = tensor(new[] { -7f, -0.3f, 1.2f, 30 }).narrow(0, 0, prediction.shape[0]); // some beyond the clip
        var step = new ForwardStep(golden["noise"], noiseToSignal, advantages, prediction, prediction.detach(), null);
        new NegativeAwareMatching(options).Compute(step).Losses.sum().backward();

        var error = (prediction.detach() - golden["noise"]) * noiseToSignal.view(-1, 1, 1, 1);
        var weight = error.abs().flatten(1).mean([1]);
        var factor = advantages.clamp(-options.AdvantageClip, options.AdvantageClip) * noiseToSignal / weight * tensor(2f / error[0].numel());
        var expected = error * factor.view(-1, 1, 1, 1);
        Assert.True((prediction.grad! - expected).abs().max().item<float>() < 1e-4 * expected.abs().max().item<float>());
    }

    [Fact]
    public async Task Samples_without_a_weight_take_no_part_in_the_gradient()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            using var golden = GoldenCase.Open("golden/algorithms/objectives/forward");
            using var learned = FullParameters.Of(pipeline.UNet);
            using var old = new SecondWeights(learned);
            learned.Values.MultiplyInPlace(1.01);
            var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
            var objective = new NegativeAwareMatching(new NftOptions { Beta = 0.5 });
            using var process = new AddedNoise(new NftOptions(), diffusion.AlphasCumprod, CPU, (_, _) => 0);
            var conditioning = new EncodedPrompts(pipeline.Denoiser, new PromptEmbeddings(
                new Conditioning(golden["prompt_embeds"], golden["attention_mask"], golden["generated_prompt_embeds"]), Negative: null)).Condition(0, 2, guided: false);
            Tensor GradientWith(Tensor second, float weight)
            {
                learned.Gradients.zero_();
                using var metrics = new ForwardMetrics(objective.Measurements, CPU);
                var clean = stack([golden["clean_latents"][0], second]);
                new DrawGradient(diffusion, learned, objective, old).Accumulate(
                    [process.Add(clean, golden["noise"].narrow(0, 0, 2), tensor(new[] { 400L, 300 }))], conditioning, tensor(new[] { 2f, weight }),
                    isOld: false, 1, metrics, () => { });
                return learned.Gradients.clone();
            }

            var (one, other) = (golden["clean_latents"][1], golden["clean_latents"][1] * tensor(-3f));
            var expected = GradientWith(one, 0);
            Assert.True(expected.abs().max().item<float>() > 0);
            Assert.True((GradientWith(other, 0) - expected).abs().max().item<float>() < 1e-5 * expected.abs().max().item<float>());
            Assert.True((GradientWith(other, 1) - expected).abs().max().item<float>() > 1e-3 * expected.abs().max().item<float>());
        });
    }

    [Fact]
    public async Task Other_weights_are_used_for_a_while_and_follow_and_what_learns_is_bit_for_bit_as_before()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            using var learned = FullParameters.Of(pipeline.UNet);
            using var second = new SecondWeights(learned);
            Assert.True(second.AreThoseThatLearn());
            var before = learned.Values.clone();
            learned.Values.MultiplyInPlace(1.0 / 3);
            Assert.False(second.AreThoseThatLearn());
            var trained = learned.Values.clone();
            using (second.Use())
            {
                Assert.True(learned.Named[0].Parameter.flatten().equal(before.narrow(0, 0, learned.Named[0].Parameter.numel())).all().item<bool>());
                Assert.True(learned.Values.equal(before).all().item<bool>());
            }

            Assert.True(learned.Values.equal(trained).all().item<bool>());
            second.Follow(0.25);
            Assert.True(second.Values.allclose((before * tensor(0.25f)) + (trained * tensor(0.75f)), rtol: 1e-6, atol: 1e-9));
            second.Follow(0);
            Assert.True(second.AreThoseThatLearn());
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Timesteps_lie_in_the_range_and_each_draw_has_a_part_of_its_own_when_stratified(bool stratified)
    {
        var options = new NftOptions { DrawsPerSample = 4, MinTimestep = 0.2, MaxTimestep = 0.6, Stratified = stratified };
        using var noise = new AddedNoise(options, [.. Enumerable.Repeat(0.5f, 1000)], CPU, (stream, position) => Seeds.Derive((ulong)stream, position));
        var drawn = Enumerable.Range(0, 100).Select(sample => Enumerable.Range(0, 4).Select(draw => noise.Timestep(1, sample, draw)).ToArray()).ToArray();
        Assert.All(drawn.SelectMany(draws => draws), timestep => Assert.InRange(timestep, 200, 599));
        Assert.InRange(drawn.SelectMany(draws => draws).Average(), 380, 420);
        Assert.Equal(stratified, drawn.All(draws => draws.Order().Select((timestep, part) => timestep / 100 == part + 2).All(isInPart => isInPart)));
        Assert.True(drawn.Select(draws => draws[0] / 100).Distinct().Count() == 4); // in an order of the sample's own
        Assert.NotEqual(noise.Timestep(1, 5, 0), noise.Timestep(2, 5, 0));
    }

    [Fact]
    public void Noise_is_a_function_of_sample_update_and_draw_whatever_the_batch()
    {
        using var scope = NewDisposeScope();
        using var noise = new AddedNoise(
            new RwrOptions(), [.. Enumerable.Repeat(0.5f, 10)], CPU, (stream, position) => Seeds.Derive((ulong)stream, position));
        var clean = randn(3, 8, 2, 4);
        var whole = noise.Draw(clean, 4, 1, 2);
        var last = noise.Draw(clean.narrow(0, 2, 1), 6, 1, 2);
        Assert.True(whole.Latents[2].equal(last.Latents[0]).all().item<bool>());
        Assert.False(whole.Noise[1].equal(last.Noise[0]).all().item<bool>());
        Assert.False(noise.Draw(clean, 4, 2, 2).Noise.equal(whole.Noise).all().item<bool>());
        Assert.False(noise.Draw(clean, 4, 1, 1).Noise.equal(whole.Noise).all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Sampling_that_keeps_clean_latents_alone_ends_where_the_other_does(double eta)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
            var options = new SamplingOptions { NumInferenceSteps = 4, Duration = TimeSpan.FromSeconds(0.2) };
            Prompt[] prompts = ["a calm piano", "techno"];
            using var scheduler = diffusion.CreateScheduler(options.NumInferenceSteps, eta);
            var sampler = new RolloutSampler(diffusion, scheduler, options, pipeline.SampleRate);
            var (whole, clips) = sampler.Sample(prompts, [1, 2], RolloutPlan.Of(4), _ => { }, CancellationToken.None);
            var (clean, same) = sampler.Sample(prompts, [1, 2], RolloutPlan.Of(4) with { KeepsSteps = false }, _ => { }, CancellationToken.None);
            using (whole)
            using (clean)
            {
                Assert.Equal((1, 0, 0, 2), (clean.Latents.shape[0], clean.LogProbs.numel(), clean.Timesteps.Count, clean.BatchSize));
                Assert.True(clean.Latents[0].equal(whole.Latents[4]).all().item<bool>());
                Assert.Equal(eta > 0, whole.LogProbs.isfinite().all().item<bool>());
                Assert.Equal(clips[1].Samples.ToArray(), same[1].Samples.ToArray());
            }
        });
    }

    [Fact]
    public void Without_noise_a_step_is_the_one_of_generation()
    {
        using var scope = NewDisposeScope();
        var schedule = DdimScheduler.FromFolder(Fixtures.Path("tiny-audioldm2", "scheduler")).SetTimesteps(5);
        using var transition = new DdimTransition(schedule, 0, CPU);
        using var sampler = new DdimSampler(schedule, 0, CPU);
        var (output, sample, noise) = (randn(2, 8, 3, 4), randn(2, 8, 3, 4), randn(2, 8, 3, 4));
        foreach (var timestep in schedule.Timesteps)
        {
            var expected = sampler.Step(output, tensor(timestep), sample).PreviousSample;
            Assert.True(transition.Sample(output, tensor(timestep), sample, noise).PreviousSample.equal(expected).all().item<bool>());
        }
    }
}
