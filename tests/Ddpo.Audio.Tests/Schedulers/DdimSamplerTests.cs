using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Tests.Schedulers;

public sealed class DdimSamplerTests : IDisposable
{
    private static readonly DdimConfig Plain = new() { StepsOffset = 1, ClipSample = false };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _original = tensor(new[] { -3f, -0.5f, 0.5f, 2f, 0.1f, -0.2f, 0.3f, 0.05f }).view(2, 1, 2, 2);
    private readonly Tensor _noise = tensor(new[] { 0.3f, -1f, 0.2f, 1.5f, -0.7f, 0.4f, 1f, -2f }).view(2, 1, 2, 2);

    public void Dispose() => _scope.Dispose();

    // A model that knows original and noise exactly: whatever it predicts, they come back, and without noise the last step ends at the original.
    [Theory]
    [InlineData("Epsilon")]
    [InlineData("VPrediction")]
    [InlineData("Sample")]
    public void A_perfect_prediction_of_any_type_recovers_the_original(string name)
    {
        var type = Enum.Parse<PredictionType>(name);
        var schedule = new DdimScheduler(Plain with { PredictionType = type }).SetTimesteps(10);
        using var sampler = new DdimSampler(schedule, 0, CPU);
        foreach (var timestep in schedule.Timesteps)
        {
            var factors = schedule.SamplerCoefficients(timestep, 0);
            var sample = (_original * factors.SqrtAlpha) + (_noise * factors.SqrtBeta);
            var output = type switch
            {
                PredictionType.Epsilon => _noise,
                PredictionType.Sample => _original,
                _ => (_noise * factors.SqrtAlpha) - (_original * factors.SqrtBeta),
            };
            var (previous, original) = sampler.Step(output, tensor(timestep), sample);
            AssertClose(_original, original, 1e-4);
            AssertClose((_original * factors.SqrtPreviousAlpha) + (_noise * factors.Direction), previous, 1e-4);
        }

        Assert.Equal(1, schedule.SamplerCoefficients(schedule.Timesteps[^1], 0).SqrtPreviousAlpha);
    }

    [Fact]
    public void Clipping_limits_the_predicted_original() => AssertClose(
        _original.clamp(-0.4, 0.4), Predict(new() { ClipSample = true, ClipSampleRange = 0.4 }), 1e-5);

    // Quantile 1 is the largest magnitude of each sample: 3, limited to 2, and 0.3, raised to 1.
    [Fact]
    public void Thresholding_limits_and_scales_each_sample_by_its_own_quantile()
    {
        var expected = cat([_original.narrow(0, 0, 1).clamp(-2, 2) / 2, _original.narrow(0, 1, 1)], 0);
        AssertClose(expected, Predict(new() { Thresholding = true, DynamicThresholdingRatio = 1, SampleMaxValue = 2 }), 1e-5);
    }

    // Of the magnitudes 0.5, 0.5, 2, 3 the quantile 0.5 is 1.25, and of the others it is below 1.
    [Fact]
    public void A_quantile_between_two_elements_is_interpolated()
    {
        var expected = cat([_original.narrow(0, 0, 1).clamp(-1.25, 1.25) / 1.25, _original.narrow(0, 1, 1)], 0);
        AssertClose(expected, Predict(new() { Thresholding = true, DynamicThresholdingRatio = 0.5, SampleMaxValue = 2 }), 1e-5);
    }

    [Fact]
    public void Results_have_the_types_promised_whatever_the_models_precision_is()
    {
        using var sampler = new DdimSampler(new DdimScheduler(Plain).SetTimesteps(10), 0, CPU);
        var (previous, original) = sampler.Step(_noise.to(ScalarType.BFloat16), tensor(1L), _original);
        Assert.Equal((ScalarType.Float32, ScalarType.Float32), (previous.dtype, original.dtype));
    }

    [Fact]
    public void Noise_is_asked_for_when_eta_needs_it()
    {
        using var sampler = new DdimSampler(new DdimScheduler(Plain).SetTimesteps(10), 0.5, CPU);
        Assert.Throws<ArgumentNullException>("noise", () => sampler.Step(_noise, tensor(1L), _original));
    }

    private Tensor Predict(DdimConfig config)
    {
        var schedule = new DdimScheduler(config with { PredictionType = PredictionType.Sample }).SetTimesteps(10);
        using var sampler = new DdimSampler(schedule, 0, CPU);
        return sampler.Step(_original, tensor(schedule.Timesteps[0]), _noise).PredictedOriginal;
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance);
    }
}
