using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.HifiGan;

public class SpeechT5HifiGanConfigTests
{
    public static TheoryData<string> Unusable =>
        ["upsample_kernel_sizes", "upsample_rates", "resblock_kernel_sizes", "resblock_dilation_sizes", "upsample_initial_channel"];

    [Fact]
    public void The_defaults_are_accepted() => new SpeechT5HifiGanConfig().Validate("vocoder");

    [Theory]
    [MemberData(nameof(Unusable))]
    public void An_unusable_setting_is_named(string key)
    {
        var defaults = new SpeechT5HifiGanConfig();
        var config = key switch
        {
            "upsample_kernel_sizes" => defaults with { UpsampleKernelSizes = [2, 8, 8, 8] },
            "upsample_rates" => defaults with { UpsampleRates = [4, 4] },
            "resblock_kernel_sizes" => defaults with { ResblockKernelSizes = [2, 7, 11] },
            "resblock_dilation_sizes" => defaults with { ResblockDilationSizes = [[1], [], [1]] },
            _ => defaults with { UpsampleInitialChannel = 8 },
        };

        var error = Assert.Throws<CheckpointException>(() => config.Validate("models/vocoder"));

        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains("models/vocoder", error.Message, StringComparison.Ordinal);
    }

    [FixtureFact("full_size_keys/vocoder.txt")]
    public void The_published_model_has_exactly_the_published_keys()
    {
        using var model = new SpeechT5HifiGan(KeyListing.Config<SpeechT5HifiGanConfig>("vocoder"), new Placement(META, ScalarType.Float32));

        KeyListing.AssertMatches("vocoder", model);
    }
}
