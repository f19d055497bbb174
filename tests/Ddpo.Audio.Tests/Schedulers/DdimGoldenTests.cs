using System.Globalization;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Schedulers;

public sealed class DdimGoldenTests : IDisposable
{
    private static readonly DdimScheduler Scheduler = DdimScheduler.FromFolder(Fixtures.Path("tiny-audioldm2", "scheduler"));

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Betas_alphas_and_timesteps_equal_the_reference()
    {
        using var golden = GoldenCase.Open("golden/scheduler_ddim/schedule");
        golden.AssertClose("betas", tensor(Scheduler.Betas.ToArray()));
        golden.AssertClose("alphas_cumprod", tensor(Scheduler.AlphasCumprod.ToArray()));
        Assert.Equal(golden.Scalars.GetProperty("final_alpha_cumprod").GetDouble(), Scheduler.FinalAlphaCumprod, 1e-6);
        foreach (var steps in golden.Scalars.GetProperty("num_inference_steps").EnumerateArray().Select(value => value.GetInt32()))
        {
            golden.AssertClose($"timesteps_{steps}", tensor(Scheduler.SetTimesteps(steps).Timesteps.ToArray()));
        }
    }

    [Fact]
    public void Steps_equal_those_of_diffusers()
    {
        using var golden = GoldenCase.Open("golden/scheduler_ddim/step");
        var names = golden.Names.Where(name => name.StartsWith("prev_sample.", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            using var step = NewDisposeScope();
            var key = Key.Parse(name);
            using var sampler = new DdimSampler(key.Schedule(), key.Eta, CPU);
            var (previous, original) = sampler.Step(
                golden["model_output"], tensor(key.Timestep!.Value), golden["sample"], key.Eta > 0 ? golden["noise"] : null);
            golden.AssertClose(name, previous);
            golden.AssertClose(name.Replace("prev_sample", "pred_original_sample", StringComparison.Ordinal).Split(".eta")[0], original);
        }
    }

    [Fact]
    public void Steps_with_log_probs_equal_those_of_ddpo_pytorch()
    {
        using var golden = GoldenCase.Open("golden/scheduler_ddim/step_with_logprob");
        var names = golden.Names.Where(name => name.StartsWith("prev_sample_from_noise.", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            using var step = NewDisposeScope();
            var key = Key.Parse(name);
            var rest = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
            var timesteps = key.Timestep is { } single ? tensor(single) : golden[$"timesteps.n{key.Steps}.batched"];
            using var policy = new DdimTransition(key.Schedule(), key.Eta, CPU);
            var drawn = policy.Sample(golden["model_output"], timesteps, golden["sample"], golden["noise"]);
            golden.AssertClose(name, drawn.PreviousSample);
            golden.AssertClose($"log_prob_from_noise.{rest}", drawn.LogProb);

            var scored = policy.Score(golden["model_output"], timesteps, golden["sample"], golden[$"prev_sample.{rest}"]);
            golden.AssertClose($"log_prob_given.{rest}", scored.LogProb);
        }
    }

    // <what>.<prediction_type>.n<steps>.<batched|t<timestep>>.eta<eta>
    private sealed record Key(string PredictionType, int Steps, long? Timestep, double Eta)
    {
        public static Key Parse(string name)
        {
            var parts = name.Split('.', 5);
            return new Key(
                parts[1], int.Parse(parts[2][1..], CultureInfo.InvariantCulture),
                parts[3] == "batched" ? null : long.Parse(parts[3][1..], CultureInfo.InvariantCulture),
                double.Parse(parts[4]["eta".Length..], CultureInfo.InvariantCulture));
        }

        public DdimSchedule Schedule()
        {
            var type = Enum.Parse<PredictionType>(PredictionType.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            return new DdimScheduler(Scheduler.Config with { PredictionType = type }).SetTimesteps(Steps);
        }
    }
}
