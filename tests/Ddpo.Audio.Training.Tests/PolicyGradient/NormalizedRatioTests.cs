using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

/// <summary>The log-ratio that GRPO-Guard normalises, against both of its forms in double precision.</summary>
public sealed class NormalizedRatioTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DdimTransition _transition = new(DdimScheduler.FromFolder(Fixtures.Path("tiny-audioldm2", "scheduler")).SetTimesteps(5), 1, CPU);
    private readonly Generator _generator = new(3, CPU);

    public void Dispose()
    {
        _transition.Dispose();
        _generator.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void It_is_the_published_formula_and_what_the_mean_moved_along_the_noise()
    {
        foreach (var timestep in _transition.Timesteps)
        {
            var (latents, old, now, noise) = (Normal(), Normal(), Normal(), Normal());
            var (sampled, scored) = Step(timestep, latents, old, now, noise);
            var logRatio = NormalizedRatio.Log(scored, sampled.Mean);
            Assert.Equal([3], logRatio.shape);

            // GRPO-Guard's form, of means in double precision and the sample as it is stored.
            var factors = _transition.Schedule.TransitionCoefficients(timestep, 1);
            var (meanOld, mean) = (Mean(factors, latents, old), Mean(factors, latents, now));
            var (next, variance) = (Double(sampled.PreviousSample), (double)factors.Sigma * factors.Sigma);
            var logProbs = (PerElement((next - meanOld).square()) - PerElement((next - mean).square())) / (2 * variance);
            Assert.True(Close(factors.Sigma * (logProbs + (PerElement((mean - meanOld).square()) / (2 * variance))), logRatio), $"{timestep}: published form");

            // The change of the mean, which is linear in the prediction, along the noise that was drawn.
            Assert.True(Close(Slope(factors) * PerElement(Double(noise) * (Double(now) - Double(old))), logRatio), $"{timestep}: closed form");
        }
    }

    [Fact]
    public void On_the_policy_that_sampled_it_is_exactly_0()
    {
        foreach (var timestep in _transition.Timesteps)
        {
            var prediction = Normal();
            var (sampled, scored) = Step(timestep, Normal(), prediction, prediction, Normal());
            Assert.Equal([0f, 0, 0], NormalizedRatio.Log(scored, sampled.Mean).data<float>().ToArray());
        }
    }

    [Fact]
    public void It_does_not_fall_as_the_policy_moves_where_the_plain_one_does()
    {
        foreach (var timestep in _transition.Timesteps)
        {
            var (latents, old, noise) = (Normal(), Normal(), Normal());
            var now = old + (Normal() * 0.1);
            var (plain, normalized, scale) = (0.0, 0.0, 0.0);
            foreach (var drawn in new[] { noise, -noise })
            {
                var (sampled, scored) = Step(timestep, latents, old, now, drawn);
                var logRatio = NormalizedRatio.Log(scored, sampled.Mean);
                plain += (scored.LogProb - sampled.LogProb).mean().item<float>() / 2;
                normalized += logRatio.mean().item<float>() / 2;
                scale = Math.Max(scale, logRatio.abs().max().item<float>());
            }

            // Over a noise and its opposite, as over all noise, the one is 0, and the other minus the divergence of the two policies.
            var factors = _transition.Schedule.TransitionCoefficients(timestep, 1);
            var divergence = Math.Pow(Slope(factors) / factors.Sigma, 2) / 2 * (Double(now) - Double(old)).square().mean().item<double>();
            Assert.Equal(0, normalized, 1e-3 * scale);
            Assert.Equal(-divergence, plain, 0.01 * divergence);
        }
    }

    [Fact]
    public void Its_gradient_is_the_noise_times_the_slope_of_the_mean()
    {
        foreach (var timestep in _transition.Timesteps)
        {
            var (latents, old, now, noise) = (Normal(), Normal(), Normal().requires_grad_(), Normal());
            var (sampled, scored) = Step(timestep, latents, old, now, noise);
            NormalizedRatio.Log(scored, sampled.Mean).sum().backward();
            var expected = noise * (Slope(_transition.Schedule.TransitionCoefficients(timestep, 1)) / (noise.numel() / noise.shape[0]));
            Assert.True((now.grad! - expected).abs().max().item<float>() < 1e-3 * expected.abs().max().item<float>(), $"{timestep}");
        }
    }

    private (StochasticStep Sampled, StochasticStep Scored) Step(long timestep, Tensor latents, Tensor old, Tensor now, Tensor noise)
    {
        var sampled = _transition.Sample(old, tensor(timestep), latents, noise);
        return (sampled, _transition.Score(now, tensor(timestep), latents, sampled.PreviousSample));
    }

    private Tensor Normal() => randn(3, 8, 5, 4, generator: _generator);

    private static double Slope(DdimCoefficients factors) =>
        factors.Direction - ((double)factors.SqrtPreviousAlpha * factors.SqrtBeta / factors.SqrtAlpha);

    private static Tensor Mean(DdimCoefficients factors, Tensor latents, Tensor prediction) =>
        (((Double(latents) - ((double)factors.SqrtBeta * Double(prediction))) / (double)factors.SqrtAlpha) * (double)factors.SqrtPreviousAlpha)
        + ((double)factors.Direction * Double(prediction));

    private static Tensor Double(Tensor value) => value.detach().to(ScalarType.Float64);

    private static Tensor PerElement(Tensor value) => value.flatten(1).mean([1]);

    // Single precision stores the sample: where the noise is small, that moves it by some 1e-5 of it.
    private static bool Close(Tensor expected, Tensor found) =>
        (expected - Double(found)).abs().max().item<double>() < 1e-3 * expected.abs().max().item<double>();
}
