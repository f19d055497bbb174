using System.Text.Json;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Tests.Training.Parameters;

public sealed class WeightAverageTests
{
    [Fact]
    public void Averages_equal_the_reference_after_every_step()
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open("golden/algorithms/ema");
        var runs = golden.Scalars.GetProperty("runs").EnumerateArray().ToList();
        Assert.NotEmpty(runs);
        foreach (var run in runs)
        {
            var options = new EmaOptions { Decay = run.GetProperty("decay").GetDouble(), UpdateEvery = run.GetProperty("update_every").GetInt32() };
            var decays = run.GetProperty("decays").Deserialize<double[]>()!;
            Assert.Equal(decays, decays.Select((_, step) => WeightAverage.DecayAt(step, options.Decay)), (a, b) => Math.Abs(a - b) < 1e-15);
            foreach (var parameter in golden.Names.Where(name => name.StartsWith("parameter.", StringComparison.Ordinal)))
            {
                var after = golden[parameter];
                var weights = after[0].clone();
                using var average = new WeightAverage(weights, options);
                var averages = decays.Select((_, step) =>
                {
                    weights.copy_(after[step + 1]);
                    average.Follow(step);
                    return average.Values.clone();
                }).ToArray();
                golden.AssertClose($"average.{parameter["parameter.".Length..]}.{run.GetProperty("key").GetString()}", stack(averages));
            }
        }
    }

    [Fact]
    public void The_optimizer_has_it_follow_every_step_that_is_taken()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(tensor(new[] { 1.0f, -2 }));
        using var learned = new Learned(parameter);
        using var optimizer = new PolicyOptimizer(learned, new TrainingOptions { LearningRate = 0.1, Ema = new EmaOptions { Decay = 0.15, UpdateEvery = 2 } });
        var expected = Values(learned.Values);
        for (var step = 0; step < 6; step++)
        {
            var skipped = step == 3; // has no number
            learned.Gradients.copy_(tensor(new[] { skipped ? float.NaN : step + 1f, 1 }));
            optimizer.Update();
            var number = step < 3 ? step : step - 1;
            if (!skipped && number % 2 == 1)
            {
                var decay = Math.Min((1.0 + number) / (10 + number), 0.15);
                expected = [.. expected.Zip(Values(learned.Values), (average, now) => average + ((1 - decay) * (now - average)))];
            }

            Assert.Equal(expected, Values(optimizer.Average!.Values), (a, b) => Math.Abs(a - b) < 1e-6);
        }

        Assert.Equal(5, optimizer.AdamW.Steps);
    }

    [Fact]
    public void An_exchange_leaves_no_trace_and_can_be_nested()
    {
        using var scope = NewDisposeScope();
        using var live = tensor(new[] { 0.1f, float.Epsilon, -0.0f, 3e38f });
        using var other = tensor(new[] { 1f, 2, 3, 4 });
        var before = live.data<float>().ToArray().Select(BitConverter.SingleToInt32Bits).ToArray();
        using (Exchange.Of(live, other))
        {
            Assert.Equal([1, 2, 3, 4], live.data<float>().ToArray());
            using (Exchange.Of(live, tensor(new[] { 9f, 9, 9, 9 })))
            {
                Assert.Equal(9, live[0].item<float>());
            }

            Assert.Equal([1, 2, 3, 4], live.data<float>().ToArray());
        }

        Assert.Equal(before, live.data<float>().ToArray().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([1, 2, 3, 4], other.data<float>().ToArray());
    }

    private static double[] Values(Tensor tensor) => [.. tensor.data<float>().ToArray().Select(value => (double)value)];

    private sealed class Learned(Parameter parameter) : LearnedParameters([("p", parameter)])
    {
        public override string FileName => "";

        public override IDisposable UseReference() => throw new NotSupportedException();

        public override string Save(string directory) => throw new NotSupportedException();
    }
}
