using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Schedulers;

public sealed class DdimTransitionTests : IDisposable
{
    private static readonly DdimConfig AudioLdm2 = new()
    {
        BetaStart = 0.0015, BetaEnd = 0.0195, BetaSchedule = BetaSchedule.ScaledLinear, ClipSample = false, SetAlphaToOne = false, StepsOffset = 1,
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DdimSchedule _schedule = new DdimScheduler(AudioLdm2).SetTimesteps(19);

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("float32")]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    public void Scoring_a_drawn_sample_gives_exactly_its_log_prob(string type)
    {
        var (output, sample, noise) = Inputs();
        output = output.to(Enum.Parse<ScalarType>(type, ignoreCase: true));
        using var policy = new DdimTransition(_schedule, 1, CPU);
        foreach (var timestep in _schedule.Timesteps)
        {
            var drawn = policy.Sample(output, tensor(timestep), sample, noise);
            var scored = policy.Score(output, full(sample.shape[0], timestep, ScalarType.Int64), sample, drawn.PreviousSample);

            Assert.Equal(ScalarType.Float32, drawn.PreviousSample.dtype);
            Assert.Equal(drawn.LogProb.data<float>().ToArray(), scored.LogProb.data<float>().ToArray());
        }
    }

    [Fact]
    public void A_half_precision_sample_is_scored_as_it_is_stored()
    {
        var (output, sample, noise) = Inputs();
        sample = sample.to(ScalarType.Float16);
        using var policy = new DdimTransition(_schedule, 1, CPU);
        var drawn = policy.Sample(output, tensor(1L), sample, noise);
        var scored = policy.Score(output, tensor(1L), sample, drawn.PreviousSample);

        Assert.Equal(ScalarType.Float16, drawn.PreviousSample.dtype);
        Assert.Equal(drawn.LogProb.data<float>().ToArray(), scored.LogProb.data<float>().ToArray());
    }

    [Fact]
    public void Samples_of_a_batch_do_not_see_each_other()
    {
        var (output, sample, noise) = Inputs();
        var timesteps = tensor(new[] { _schedule.Timesteps[0], _schedule.Timesteps[5], _schedule.Timesteps[^1] });
        using var policy = new DdimTransition(_schedule, 0.7, CPU);
        var together = policy.Sample(output, timesteps, sample, noise);
        for (var i = 0; i < sample.shape[0]; i++)
        {
            var alone = policy.Sample(output.narrow(0, i, 1), timesteps[i], sample.narrow(0, i, 1), noise.narrow(0, i, 1));
            Assert.Equal(alone.LogProb.item<float>(), together.LogProb[i].item<float>());
            Assert.Equal(alone.Sigma.item<float>(), together.Sigma[i].item<float>());
            Assert.True(alone.PreviousSample.equal(together.PreviousSample.narrow(0, i, 1)).all().item<bool>());
        }
    }

    [Fact]
    public void The_gradient_flows_to_the_model_output_and_not_to_the_given_sample()
    {
        var (output, sample, noise) = Inputs();
        using var policy = new DdimTransition(_schedule, 1, CPU);
        var timestep = tensor(_schedule.Timesteps[3]);
        var given = policy.Sample(output, timestep, sample, noise).PreviousSample.clone().requires_grad_(true);
        output.requires_grad_(true);
        var step = policy.Score(output, timestep, sample, given);
        step.LogProb.sum().backward();

        // d log p / d mean = (x - mean) / (sigma^2 n), and the mean is linear in the output.
        var factors = _schedule.TransitionCoefficients(_schedule.Timesteps[3], 1);
        var slope = factors.Direction - (factors.SqrtPreviousAlpha * factors.SqrtBeta / factors.SqrtAlpha);
        var expected = noise * (slope / factors.Sigma / (noise.numel() / noise.shape[0]));
        Assert.True((output.grad! - expected).abs().max().item<float>() < 1e-4 * expected.abs().max().item<float>());
        Assert.True(given.grad is null || given.grad.abs().sum().item<float>() == 0);
    }

    [Fact]
    public void The_sigmas_are_those_of_the_published_schedule()
    {
        Assert.Equal(937, _schedule.Timesteps[0]);
        Assert.Equal(0.769434, _schedule.TransitionCoefficients(937, 1).Sigma, 1e-6);
        Assert.Equal(0.749358, _schedule.TransitionCoefficients(885, 1).Sigma, 1e-6);
        Assert.Equal(0.027432, _schedule.TransitionCoefficients(1, 1).Sigma, 1e-6);
        Assert.Empty(_schedule.StepsWithoutNoise(1));
    }

    [Fact]
    public void Without_noise_a_step_is_the_samplers_and_has_no_log_prob()
    {
        var (output, sample, noise) = Inputs();
        using var policy = new DdimTransition(_schedule, 0, CPU);
        using var sampler = new DdimSampler(_schedule, 0, CPU);
        var timestep = tensor(_schedule.Timesteps[3]);
        var drawn = policy.Sample(output, timestep, sample, noise);
        Assert.True(drawn.PreviousSample.allclose(sampler.Step(output, timestep, sample).PreviousSample, rtol: 0, atol: 1e-6));
        Assert.All(drawn.LogProb.data<float>().ToArray(), logProb => Assert.False(float.IsFinite(logProb)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DdimTransition(_schedule, -0.1, CPU));
    }

    [Fact]
    public void Noise_is_added_as_much_as_there_is_before_a_step()
    {
        var (original, _, noise) = Inputs();
        using var policy = new DdimTransition(_schedule, 1, CPU);
        var timesteps = tensor(new[] { _schedule.Timesteps[0], _schedule.Timesteps[5], _schedule.Timesteps[^1] });
        var noisy = policy.AddNoise(original, timesteps, noise);
        for (var i = 0; i < 3; i++)
        {
            var alpha = _schedule.Scheduler.AlphasCumprod[(int)timesteps[i].item<long>()];
            var expected = (original[i] * tensor(MathF.Sqrt(alpha))) + (noise[i] * tensor(MathF.Sqrt(1 - alpha)));
            Assert.True(expected.allclose(noisy[i], rtol: 0, atol: 1e-6));
        }
    }

    [Fact]
    public void Why_a_step_has_no_noise_is_told()
    {
        var without = _schedule.StepsWithoutNoise(0);
        Assert.Equal(_schedule.Timesteps.Count, without.Count);
        Assert.All(without, step => Assert.Equal("eta is 0", step.Cause));

        var quiet = new DdimScheduler(AudioLdm2 with { StepsOffset = 0 }).SetTimesteps(20);
        var (timestep, cause) = Assert.Single(quiet.StepsWithoutNoise(1));
        Assert.Equal(0, timestep);
        Assert.Contains("steps_offset", cause, StringComparison.Ordinal);

        var betas = Enumerable.Range(0, 1000).Select(i => i * 1e-5f).ToArray();
        var clean = new DdimScheduler(AudioLdm2 with { TrainedBetas = betas }).SetTimesteps(20);
        Assert.Contains("nothing of the noise is left", Assert.Single(clean.StepsWithoutNoise(1)).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Fifty_steps_leave_no_tensor_behind()
    {
        var (output, sample, noise) = Inputs();
        using var policy = new DdimTransition(_schedule, 1, CPU);
        using var sampler = new DdimSampler(_schedule, 1, CPU);
        var timestep = tensor(_schedule.Timesteps[2]);
        LiveTensors.AssertFlat(Step, times: 50);

        void Step()
        {
            using var scope = NewDisposeScope();
            var drawn = policy.Sample(output, timestep, sample, noise);
            policy.Score(output, timestep, sample, drawn.PreviousSample);
            sampler.Step(output, timestep, sample, noise);
        }
    }

    [Fact]
    public void Given_tensors_stay_alive_and_the_results_belong_to_the_callers_scope()
    {
        var (output, sample, noise) = Inputs();
        using var policy = new DdimTransition(_schedule, 1, CPU);
        StochasticStep drawn;
        using (NewDisposeScope())
        {
            drawn = policy.Sample(output, tensor(1L), sample, noise);
            Assert.Same(sample, policy.Score(output, tensor(1L), sample, sample).PreviousSample);
        }

        Assert.All([output, sample, noise], given => Assert.False(given.IsInvalid));
        Assert.All([drawn.PreviousSample, drawn.Mean, drawn.Sigma, drawn.LogProb], made => Assert.True(made.IsInvalid));
    }

    [Fact]
    public void Shapes_and_timesteps_that_do_not_fit_are_refused()
    {
        var (output, sample, noise) = Inputs();
        using var policy = new DdimTransition(_schedule, 1, CPU);
        var timestep = tensor(1L);

        Assert.Throws<ArgumentException>(() => policy.Sample(output.narrow(0, 0, 1), timestep, sample, noise));
        Assert.Throws<ArgumentException>(() => policy.Sample(output, timestep, sample, noise.narrow(1, 0, 1)));
        Assert.Throws<ArgumentException>(() => policy.Sample(output, tensor(new long[] { 1, 1 }), sample, noise));
        Assert.Throws<ArgumentException>(() => policy.Sample(output, tensor(1f), sample, noise));
        Assert.Throws<ArgumentNullException>(() => policy.Score(output, timestep, sample, null!));
    }

    private static (Tensor Output, Tensor Sample, Tensor Noise) Inputs()
    {
        var generator = new Generator(1, CPU);
        return (Normal(), Normal(), Normal());

        Tensor Normal() => randn(3, 8, 5, 4, generator: generator);
    }
}
