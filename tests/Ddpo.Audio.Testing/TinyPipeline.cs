using Xunit;

namespace Ddpo.Audio.Testing;

/// <summary>The fixtures' small random AudioLDM2.</summary>
internal static class TinyPipeline
{
    public static string Folder => Fixtures.Path("tiny-audioldm2");

    /// <summary>A request that takes a moment.</summary>
    public static AudioRequest Request { get; } =
        new("a calm piano") { NumInferenceSteps = 2, Duration = TimeSpan.FromSeconds(0.2), Seed = 1 };

    public static Task<AudioLdm2Pipeline> LoadAsync(AudioLdm2PipelineOptions? options = null) =>
        AudioLdm2Pipeline.FromPretrainedAsync(Folder, options);

    /// <summary>The samples of the first clip of <paramref name="request"/>, or of <see cref="Request"/>.</summary>
    public static async Task<float[]> ListenAsync(IDiffusionPipeline pipeline, AudioRequest? request = null) =>
        (await pipeline.GenerateAsync(request ?? Request))[0].Samples.ToArray();

    /// <summary>Fails when two clips differ by more than rounding.</summary>
    public static void AssertSame(ReadOnlyMemory<float> expected, ReadOnlyMemory<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var loudest = expected.ToArray().Max(Math.Abs);
        var largest = expected.ToArray().Zip(actual.ToArray(), (one, other) => Math.Abs(one - other)).Max();
        Assert.True(largest <= 1e-3 * loudest, $"The clips differ by {largest}; the loudest sample is {loudest}.");
    }
}
