using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Tests.Schedulers;

public sealed class DdimScheduleTests
{
    private static readonly DdimConfig Default = new();

    [Fact]
    public void Leading_timesteps_are_multiples_plus_the_offset() => Assert.Equal(
        [751, 501, 251, 1], new DdimScheduler(Default with { StepsOffset = 1 }).SetTimesteps(4).Timesteps);

    [Fact]
    public void Trailing_timesteps_begin_at_the_very_last() => Assert.Equal(
        [999, 749, 499, 249], new DdimScheduler(Default with { TimestepSpacing = TimestepSpacing.Trailing }).SetTimesteps(4).Timesteps);

    // 1000 / 48 meets halves at every third step; NumPy's own rounding errors decide them.
    [Fact]
    public void Trailing_timesteps_round_ties_as_numpy_does()
    {
        var timesteps = new DdimScheduler(Default with { TimestepSpacing = TimestepSpacing.Trailing }).SetTimesteps(48).Timesteps;
        Assert.Equal(48, timesteps.Count);
        Assert.Equal([999, 978, 957, 936, 916, 895, 874, 853, 832, 811, 791, 770, 749, 728, 707, 686, 666, 645, 624, 603, 582, 561, 541, 520, 499, 478, 457, 436, 416, 395, 374, 353, 332, 311, 291, 270, 249, 228, 207, 186, 166, 145, 124, 103, 82, 61, 41, 20], timesteps);
    }

    [Fact]
    public void Linspace_timesteps_reach_from_end_to_end()
    {
        var scheduler = new DdimScheduler(Default with { TimestepSpacing = TimestepSpacing.Linspace });
        Assert.Equal([999, 666, 333, 0], scheduler.SetTimesteps(4).Timesteps);
        Assert.Equal([0], scheduler.SetTimesteps(1).Timesteps);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void Step_counts_out_of_range_are_refused(int steps) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DdimScheduler(Default).SetTimesteps(steps));

    [Fact]
    public void As_many_steps_as_trained_fit_only_without_offset()
    {
        Assert.Equal(1000, new DdimScheduler(Default).SetTimesteps(1000).Timesteps.Count);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new DdimScheduler(Default with { StepsOffset = 1 }).SetTimesteps(1000));
        Assert.Contains("steps_offset", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void An_eta_out_of_range_is_refused(double eta)
    {
        var schedule = new DdimScheduler(Default).SetTimesteps(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.StepsWithoutNoise(eta));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DdimSampler(schedule, eta, CPU));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DdimTransition(schedule, eta, CPU));
    }

    [Fact]
    public void Linear_betas_go_from_start_to_end_exactly()
    {
        var betas = new DdimScheduler(Default).Betas;
        Assert.Equal((0.0001f, 0.02f), (betas[0], betas[^1]));
        Assert.Equal(0.0001 + (0.0199 * 500 / 999), betas[500], 1e-8);
    }

    [Fact]
    public void Cosine_betas_follow_the_paper()
    {
        var alphas = new DdimScheduler(Default with { BetaSchedule = BetaSchedule.SquaredcosCapV2 }).AlphasCumprod;
        for (var i = 0; i < 990; i += 90)
        {
            var expected = Math.Pow(Math.Cos(((i + 1) / 1000.0 + 0.008) / 1.008 * Math.PI / 2), 2) / Math.Pow(Math.Cos(0.008 / 1.008 * Math.PI / 2), 2);
            Assert.Equal(expected, alphas[i], 1e-5);
        }
    }

    [Fact]
    public void Rescaled_betas_end_in_pure_noise_and_keep_the_first()
    {
        var plain = new DdimScheduler(Default);
        var rescaled = new DdimScheduler(Default with { RescaleBetasZeroSnr = true, PredictionType = PredictionType.VPrediction });

        Assert.Equal(0, rescaled.AlphasCumprod[^1]);
        Assert.Equal(plain.AlphasCumprod[0], rescaled.AlphasCumprod[0], 1e-6);
        var (first, last) = (Math.Sqrt(plain.AlphasCumprod[0]), Math.Sqrt(plain.AlphasCumprod[^1]));
        Assert.Equal(Math.Pow((Math.Sqrt(plain.AlphasCumprod[500]) - last) * first / (first - last), 2), rescaled.AlphasCumprod[500], 1e-5);
    }

    [Fact]
    public void A_noise_predicting_model_cannot_start_from_pure_noise()
    {
        var scheduler = new DdimScheduler(Default with { RescaleBetasZeroSnr = true, TimestepSpacing = TimestepSpacing.Trailing });
        Assert.Contains("pure noise", Assert.Throws<ArgumentException>(() => scheduler.SetTimesteps(10)).Message, StringComparison.Ordinal);
    }
}
