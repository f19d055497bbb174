using System.Text.Json;
using Ddpo.Audio.Samples;

namespace Ddpo.Audio.WebStudio.Tests;

[Collection(nameof(StudioTests))]
public sealed class SpectrogramTests(StudioFixture fixture)
{
    // The band in which a tone lies, by the formula of the mel scale.
    [Theory]
    [InlineData(440, 16000)]
    [InlineData(3000, 16000)]
    [InlineData(100, 48000)]
    public void A_tone_is_brightest_in_the_band_of_its_frequency_while_it_sounds(double hertz, int sampleRate)
    {
        var samples = Enumerable.Range(0, sampleRate).Select(i => i < sampleRate / 2 ? 0f : (float)(0.1 * Math.Sin(2 * Math.PI * hertz * i / sampleRate))).ToArray();
        var picture = Spectrogram.Of(new AudioClip(samples, sampleRate));
        Assert.Equal((240, 64, sampleRate / 2, 240 * 64), (picture.Columns, picture.Bands, picture.Hertz, picture.Levels.Length));

        static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
        var expected = 64 * Mel(hertz) / Mel(sampleRate / 2d);
        foreach (var column in new[] { 130, 180, 230 })
        {
            var levels = picture.Levels[(column * 64)..((column + 1) * 64)];
            Assert.InRange(Array.IndexOf(levels, levels.Max()), expected - 2, expected + 1);
            Assert.InRange(levels.Max(), 250, 255);
        }

        Assert.All(picture.Levels[..(110 * 64)], level => Assert.Equal(0, level));
    }

    [Fact]
    public async Task A_clip_has_one_and_a_forgotten_one_has_none()
    {
        var (_, clip) = await fixture.Studio.PostAsync("/api/clips", Bodies.SmallClip("spectrogram of a happy piano"));
        var picture = await fixture.Studio.GetAsync(clip.GetProperty("spectrogram").GetString()!);
        Assert.Equal(8000, picture.GetProperty("hertz").GetInt32());
        Assert.Equal(255, picture.GetProperty("levels").GetBytesFromBase64().Max());
        using var none = await fixture.Studio.Http.GetAsync($"/api/clips/{Guid.NewGuid():N}/spectrogram");
        Assert.Equal(404, (int)none.StatusCode);
        Assert.Contains("no such clip", JsonDocument.Parse(await none.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
