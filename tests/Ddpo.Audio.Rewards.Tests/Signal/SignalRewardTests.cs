namespace Ddpo.Audio.Rewards.Tests.Signal;

public sealed class SignalRewardTests
{
    [Theory]
    [InlineData(1f, -3.0103f)]
    [InlineData(0.1f, -23.0103f)]
    [InlineData(0f, -100f)]
    public async Task Loudness_is_that_of_the_root_mean_square(float amplitude, float decibels)
    {
        var sine = Sine(1000, amplitude, channels: 2);

        Assert.Equal(-Math.Abs(decibels + 20), await Score(new LoudnessReward(), sine), 1e-3f);
        Assert.Equal(-Math.Abs(decibels + 3.0103f), await Score(new LoudnessReward(-3.0103), sine), 1e-3f);
    }

    [Theory]
    [InlineData(1000, 1000, 0)]
    [InlineData(2000, 1000, -1)]
    [InlineData(500, 2000, -2)]
    public async Task The_centroid_of_a_tone_is_its_frequency(int frequency, double target, float score) =>
        Assert.Equal(score, await Score(new SpectralCentroidReward(target), Sine(frequency, 0.5f)), 0.01f);

    [Fact]
    public async Task The_centroid_of_two_tones_of_equal_power_is_their_mean()
    {
        var (low, high) = (Sine(1000, 0.5f).Samples.ToArray(), Sine(3000, 0.5f).Samples.ToArray());
        var both = new AudioClip(low.Zip(high, (left, right) => left + right).ToArray(), 16000);

        Assert.Equal(0, await Score(new SpectralCentroidReward(2000), both), 0.01f);
    }

    [Fact]
    public async Task Silence_and_a_single_sample_have_a_defined_brightness()
    {
        var reward = new SpectralCentroidReward(4000);

        Assert.Equal(SpectralCentroidReward.WorstScore, await Score(reward, new AudioClip(new float[5000], 16000)));
        Assert.InRange(await Score(reward, new AudioClip(new[] { 1f }, 16000)), -10, 0);
    }

    [Fact]
    public async Task Clips_that_are_no_audio_are_named()
    {
        foreach (IRewardFunction reward in new IRewardFunction[] { new LoudnessReward(), new SpectralCentroidReward() })
        {
            foreach (var samples in new float[][] { [], [float.NaN] })
            {
                var exception = await Assert.ThrowsAsync<ArgumentException>(() => Score(reward, new AudioClip(samples, 16000)));
                Assert.Contains("Clip 0 of 1", exception.Message, StringComparison.Ordinal);
            }

            await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreAsync([Sine(100, 1)], []));
        }
    }

    [Fact]
    public void Impossible_targets_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoudnessReward(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoudnessReward(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpectralCentroidReward(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpectralCentroidReward(double.PositiveInfinity));
    }

    private static async Task<float> Score(IRewardFunction reward, AudioClip clip) =>
        Assert.Single(await reward.ScoreAsync([clip], ["any"]));

    private static AudioClip Sine(int frequency, float amplitude, int channels = 1)
    {
        var samples = new float[16000 * channels];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = amplitude * MathF.Sin(2 * MathF.PI * frequency * (i / channels) / 16000);
        }

        return new AudioClip(samples, 16000, channels);
    }
}
