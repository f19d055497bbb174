using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    public void Steps_follow_the_paper()
    {
        using var scope = NewDisposeScope();
        var options = new TrainingOptions
        {
            LearningRate = 0.1, AdamBeta1 = 0.8, AdamBeta2 = 0.95, AdamEpsilon = 1e-3, AdamWeightDecay = 0.02,
        };
        using var parameter = new Parameter(tensor(new[] { 1.0f, -2 }));
        using var learned = new Learned(parameter);
        using var optimizer = new AdamW(learned, options);
        var weights = new[] { 1.0, -2 };
        var (first, second) = (new double[2], new double[2]);

        for (var step = 1; step <= 4; step++)
        {
            // The gradient of step × w² / 2.
            (parameter * parameter).sum().mul(tensor(step / 2f)).backward();
            optimizer.Step();
            learned.Gradients.zero_();
            for (var i = 0; i < 2; i++)
            {
                var gradient = step * weights[i];
                weights[i] *= 1 - (0.1 * 0.02);
                first[i] = (0.8 * first[i]) + (0.2 * gradient);
                second[i] = (0.95 * second[i]) + (0.05 * gradient * gradient);
                var (mean, square) = (first[i] / (1 - Math.Pow(0.8, step)), second[i] / (1 - Math.Pow(0.95, step)));
                weights[i] -= 0.1 * mean / (Math.Sqrt(square) + 1e-3);
            }
        }

        Assert.Equal(weights, parameter.data<float>().ToArray().Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(4, optimizer.Steps);
        Assert.Equal([0, 0], parameter.grad!.data<float>().ToArray());
    }

    [Theory]
    [InlineData(1, 1 / 5.000001)] // scaled to the limit
    [InlineData(10, 1)] // within it
    public void Gradients_are_clipped_by_their_norm_taken_together(double limit, double factor)
    {
        using var scope = NewDisposeScope();
        using var left = new Parameter(tensor(new[] { 1.0f }));
        using var right = new Parameter(tensor(new[] { 1.0f, 1 }));
        using var unused = new Parameter(tensor(new[] { 1.0f }));
        using var learned = new Learned(left, right, unused);
        ((left * tensor(3f)).sum() - (right * tensor(new[] { 0f, 4 })).sum()).backward();

        Assert.Equal(5, GradientClipping.ByNorm(learned.Gradients, limit), 1e-6);
        Assert.Equal(3 * factor, left.grad!.item<float>(), 1e-6);
        Assert.Equal([0, (float)(-4 * factor)], right.grad!.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(0, unused.grad!.item<float>());
    }

    [Fact]
    public void Parameters_are_views_of_the_buffer_with_the_values_that_they_had()
    {
        using var scope = NewDisposeScope();
        using var first = new Parameter(tensor(new[] { 1.0f, 2, 3, 4 }).reshape(2, 2));
        using var second = new Parameter(tensor(new[] { 5.0f }));
        var learned = new Learned(first, second);
        Assert.Equal([1, 2, 3, 4, 5], learned.Values.data<float>().ToArray());
        Assert.Equal([2, 2], first.shape);

        for (var backward = 1; backward <= 2; backward++)
        {
            ((first * first).sum() + (second * second).sum()).backward();
            Assert.Equal([.. new float[] { 2, 4, 6, 8, 10 }.Select(value => value * backward)], learned.Gradients.data<float>().ToArray());
        }

        learned.Values.copy_(tensor(new[] { 9.0f, 8, 7, 6, 5 }));
        Assert.Equal([9, 8, 7, 6], first.data<float>().ToArray());
        learned.Dispose();
        Assert.Equal([9, 8, 7, 6], first.data<float>().ToArray());
        Assert.Null(first.grad);
    }

    private sealed class Learned(params Parameter[] parameters)
        : LearnedParameters([.. parameters.Select((parameter, i) => ($"p{i}", parameter))])
    {
        public override string FileName => "";

        public override IDisposable UseReference() => throw new NotSupportedException();

        public override string Save(string directory) => throw new NotSupportedException();
    }
}
