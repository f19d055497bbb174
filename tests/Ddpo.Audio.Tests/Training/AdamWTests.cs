using Ddpo.Audio.Training.Policy;

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
        using var optimizer = new AdamW([parameter], options);
        var weights = new[] { 1.0, -2 };
        var (first, second) = (new double[2], new double[2]);

        for (var step = 1; step <= 4; step++)
        {
            // The gradient of step × w² / 2.
            (parameter * parameter).sum().mul(tensor(step / 2f)).backward();
            optimizer.Step();
            optimizer.ZeroGradients();
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
        Assert.Equal(4, optimizer.Moments[0].Step);
        Assert.Equal([0, 0], parameter.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_as_it_is()
    {
        using var parameter = new Parameter(tensor(new[] { 3.0f }));
        using var optimizer = new AdamW([parameter], new TrainingOptions { AdamWeightDecay = 0.5 });
        optimizer.Step();
        Assert.Equal(3, parameter.item<float>());
        Assert.Equal(0, optimizer.Moments[0].Step);
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
        ((left * tensor(3f)).sum() - (right * tensor(new[] { 0f, 4 })).sum()).backward();

        Assert.Equal(5, GradientClipping.ByNorm([left, right, unused], limit), 1e-6);
        Assert.Equal(3 * factor, left.grad!.item<float>(), 1e-6);
        Assert.Equal([0, (float)(-4 * factor)], right.grad!.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Null(unused.grad);
    }
}
