using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

/// <summary>How much each denoising step weighs, and that a run is told when one rules.</summary>
public sealed class StepWeightsTests
{
    private static readonly DdimScheduler s_scheduler = DdimScheduler.FromFolder(Fixtures.Path("tiny-audioldm2", "scheduler"));

    [Fact]
    public void Weights_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open("golden/algorithms/kl");
        foreach (var steps in golden.Scalars.GetProperty("num_inference_steps").EnumerateArray().Select(value => value.GetInt32()))
        {
            foreach (var eta in golden.Scalars.GetProperty("etas").EnumerateArray())
            {
                using var transition = new DdimTransition(s_scheduler.SetTimesteps(steps), eta.GetDouble(), CPU);
                var expected = golden[$"weight.n{steps}.eta{eta.GetRawText()}"].data<double>().ToArray();
                Assert.All(
                    expected.Zip(StepWeights.Of(transition, [8, 4, 16], CPU)), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * pair.First));
            }
        }
    }

    [Theory]
    [InlineData(5, 3, 6.3)]
    [InlineData(10, 8, 6.4)]
    [InlineData(19, 17, 6.5)]
    public void With_few_steps_the_last_but_one_rules(int steps, int expected, double times)
    {
        using var transition = new DdimTransition(s_scheduler.SetTimesteps(steps), 1, CPU);
        var weights = StepWeights.Of(transition, [8, 4, 16], CPU);
        var (step, found) = StepWeights.Ruling(weights, new(0, steps))!.Value;
        Assert.Equal(expected, step);
        Assert.InRange(found, times * 0.7, times * 1.3);
        Assert.Null(StepWeights.Ruling(weights, new(0, steps - 2)));
        Assert.Null(StepWeights.Ruling(weights, new(0, 2)));
        Assert.Null(StepWeights.Ruling(weights, new(0, 1)));
    }

    [Fact]
    public void Among_many_steps_none_rules()
    {
        using var transition = new DdimTransition(s_scheduler.SetTimesteps(50), 1, CPU);
        Assert.Null(StepWeights.Ruling(StepWeights.Of(transition, [8, 4, 16], CPU), new StepRange(0, 50)));
    }

    [Theory]
    [InlineData("ddpo", 0, false, 1)]
    [InlineData("ddpo_sf", 0, false, 1)]
    [InlineData("grpo", 1, false, 1)]
    [InlineData("grpo", 2, false, 0)]
    [InlineData("grpo", 0, true, 0)]
    public async Task A_run_is_told_once_and_what_helps(string algorithm, int skip, bool normalize, int warnings)
    {
        using var log = new LogLines(ofSteps: true);
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = Algorithms.Use(TrainerFixture.Builder(pipeline), algorithm, o => (o.SkipLastTimesteps, o.NormalizeRatio) = (skip, normalize))
            .ConfigureSampling(o => o.NumInferenceSteps = 5).WithLoggerFactory(log).Build();
        await trainer.TrainAsync().ToListAsync();
        Assert.Equal(warnings, log.Warnings.Count(warning => warning.StartsWith("Denoising step 4 of 5", StringComparison.Ordinal)
            && warning.Contains("(SkipLastTimesteps 2)", StringComparison.Ordinal) && warning.Contains("NormalizeRatio", StringComparison.Ordinal)));
    }
}
