using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

/// <summary>The divergence from the model before training.</summary>
public sealed class ReferencePullTests : IDisposable
{
    private static readonly DdimScheduler s_scheduler = DdimScheduler.FromFolder(Fixtures.Path("tiny-audioldm2", "scheduler"));

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Divergences_and_their_gradients_equal_the_reference()
    {
        using var golden = GoldenCase.Open("golden/algorithms/kl");
        foreach (var steps in golden.Scalars.GetProperty("num_inference_steps").EnumerateArray().Select(value => value.GetInt32()))
        {
            var schedule = s_scheduler.SetTimesteps(steps);
            golden.AssertClose($"timesteps.n{steps}", tensor(schedule.Timesteps.ToArray()));
            foreach (var eta in golden.Scalars.GetProperty("etas").EnumerateArray())
            {
                using var transition = new DdimTransition(schedule, eta.GetDouble(), CPU);
                var prediction = golden["noise_pred"].requires_grad_();
                PolicyStep[] taken = [.. schedule.Timesteps.Select(timestep => Step(golden, transition, timestep, prediction))];
                var key = $"n{steps}.eta{eta.GetRawText()}";
                golden.AssertClose("mean." + key, stack([.. taken.Select(step => step.Scheduled.Mean)]));
                golden.AssertClose("sigma." + key, stack([.. taken.Select(step => step.Scheduled.Sigma.flatten()[0])]));

                var divergence = stack([.. taken.Select(step => ReferencePull.Divergence(step, KlSpace.Mean))]);
                golden.AssertClose("kl." + key, divergence);
                divergence.mean().backward();
                golden.AssertClose("grad_mean_kl." + key, prediction.grad!);

                prediction.grad!.zero_();
                divergence = ReferencePull.Divergence(taken[^1], KlSpace.NoisePrediction);
                golden.AssertClose("kl_noise_pred", divergence);
                divergence.mean().backward();
                golden.AssertClose("grad_mean_kl_noise_pred", prediction.grad!);
            }
        }
    }

    [Fact]
    public void Samples_that_are_left_out_are_not_pulled_either()
    {
        using var golden = GoldenCase.Open("golden/algorithms/kl");
        using var transition = new DdimTransition(s_scheduler.SetTimesteps(5), 1, CPU);
        foreach (var onlyTrained in new[] { false, true })
        {
            var prediction = golden["noise_pred"].requires_grad_();
            var step = Step(golden, transition, transition.Timesteps[0], prediction);
            var advantages = step.Advantages.clone();
            advantages[0].fill_(0);
            var pull = new ReferencePull(new ScoreFunction(5), 10, KlSpace.NoisePrediction, onlyTrained);
            var loss = pull.Compute(step with { Advantages = advantages });
            loss.Loss.backward();
            Assert.Equal(onlyTrained, prediction.grad![0].abs().sum().item<float>() == 0);
            Assert.NotEqual(0, prediction.grad![1].abs().sum().item<float>());
            Assert.Equal(golden["kl_noise_pred"].mean().item<float>(), loss.Measured[^1].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void On_policy_the_score_functions_gradient_is_that_of_the_clipped_ratio()
    {
        using var golden = GoldenCase.Open("golden/algorithms/kl");
        using var transition = new DdimTransition(s_scheduler.SetTimesteps(5), 1, CPU);
        Tensor GradientOf(IPolicyObjective objective)
        {
            var prediction = golden["noise_pred"].requires_grad_();
            objective.Compute(Step(golden, transition, transition.Timesteps[2], prediction)).Loss.backward();
            return prediction.grad!;
        }

        var expected = GradientOf(new ClippedSurrogate(1e-4, 1.5));
        Assert.NotEqual(0, expected.abs().max().item<float>());
        Assert.True(expected.allclose(GradientOf(new ScoreFunction(1.5)), rtol: 1e-6, atol: 0));
    }

    /// <summary>A step on the policy that sampled, with the reference's.</summary>
    private static PolicyStep Step(GoldenCase golden, DdimTransition transition, long timestep, Tensor prediction)
    {
        var (latents, reference, at) = (golden["latents"], golden["reference_noise_pred"], tensor(timestep));
        var next = latents * tensor(0.9f);
        var scheduled = transition.Score(prediction, at, latents, next);
        var logRatio = scheduled.LogProb - scheduled.LogProb.detach();
        var advantages = linspace(-2, 1, latents.shape[0]);
        return new(logRatio, logRatio.exp(), advantages, prediction, scheduled, new(reference, transition.Score(reference, at, latents, next)));
    }
}
