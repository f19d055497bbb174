using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Tests.Schedulers;

public sealed class DdimConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ddpo-audio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Missing_settings_have_the_defaults_of_the_reference()
    {
        var config = Read("""{"_class_name": "DDIMScheduler", "something_new": 3}""");
        Assert.Equal(new DdimConfig(), config);
        Assert.Equal((0.0001, 0.02, BetaSchedule.Linear), (config.BetaStart, config.BetaEnd, config.BetaSchedule));
        Assert.True(config.ClipSample && config.SetAlphaToOne);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var config = Read("""
            {"num_train_timesteps": 3, "beta_start": 0.1, "beta_end": 0.2, "beta_schedule": "squaredcos_cap_v2", "trained_betas": [0.1, 0.2, 0.3],
             "clip_sample": false, "clip_sample_range": 2.0, "set_alpha_to_one": false, "steps_offset": 1, "prediction_type": "v_prediction",
             "thresholding": true, "dynamic_thresholding_ratio": 0.9, "sample_max_value": 1.5, "timestep_spacing": "trailing", "rescale_betas_zero_snr": true}
            """);
        Assert.Equal([0.1f, 0.2f, 0.3f], config.TrainedBetas!);
        Assert.Equal(
            new DdimConfig
            {
                NumTrainTimesteps = 3, BetaStart = 0.1, BetaEnd = 0.2, BetaSchedule = BetaSchedule.SquaredcosCapV2, ClipSample = false,
                ClipSampleRange = 2, SetAlphaToOne = false, StepsOffset = 1, PredictionType = PredictionType.VPrediction, Thresholding = true,
                DynamicThresholdingRatio = 0.9, SampleMaxValue = 1.5, TimestepSpacing = TimestepSpacing.Trailing, RescaleBetasZeroSnr = true,
            },
            config with { TrainedBetas = null });
    }

    [Fact]
    public void Trained_betas_are_used_as_they_are() =>
        Assert.Equal([0.1f, 0.2f], new DdimScheduler(new() { NumTrainTimesteps = 2, TrainedBetas = [0.1f, 0.2f] }).Betas);

    [Theory]
    [InlineData("""{"beta_schedule": "sigmoid"}""", "beta_schedule is not one of linear, scaled_linear, squaredcos_cap_v2")]
    [InlineData("""{"prediction_type": "flow"}""", "prediction_type is not one of epsilon, v_prediction, sample")]
    [InlineData("""{"timestep_spacing": 1}""", "timestep_spacing is not one of leading, trailing, linspace")]
    [InlineData("""{"num_train_timesteps": 0}""", "num_train_timesteps to be from 1 to 10000, found 0")]
    [InlineData("""{"num_train_timesteps": 2147483647}""", "num_train_timesteps to be from 1 to 10000, found 2147483647")]
    [InlineData("""{"beta_end": 1.5}""", "beta_end to be between 0 and 1, found 1.5")]
    [InlineData("""{"trained_betas": [0.1]}""", "trained_betas to be 1000 numbers")]
    [InlineData("""{"num_train_timesteps": 1, "trained_betas": [1.0]}""", "trained_betas to be between 0 and 1, found 1")]
    [InlineData("""{"steps_offset": -1}""", "steps_offset to be 0 or more, found -1")]
    [InlineData("""{"steps_offset": "x"}""", "steps_offset")]
    [InlineData("null", "found null")]
    [InlineData("{", "cannot be used")]
    public void A_bad_setting_is_named(string json, string expected)
    {
        var error = Assert.Throws<CheckpointException>(() => Read(json));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("scheduler_config.json", Assert.Throws<CheckpointException>(() => DdimConfig.FromFolder(_folder)).Message, StringComparison.Ordinal);

    private DdimConfig Read(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "scheduler_config.json"), json);
        return DdimConfig.FromFolder(_folder);
    }
}
