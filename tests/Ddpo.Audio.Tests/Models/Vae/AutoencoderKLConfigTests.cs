using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Vae;

public class AutoencoderKLConfigTests
{
    private static AutoencoderKLConfig Published => new()
    {
        BlockOutChannels = [128, 256, 512],
        DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"],
    };

    public static TheoryData<string, string> Unusable => new()
    {
        { "act_fn", "gelu" },
        { "down_block_types", "AttnDownEncoderBlock2D" },
        { "up_block_types", "AttnUpDecoderBlock2D" },
        { "block_out_channels", "3" },
        { "layers_per_block", "0" },
        { "norm_num_groups", "48" },
    };

    [Fact]
    public void The_published_settings_are_accepted()
    {
        Published.Validate("vae");

        Assert.Equal(4, Published.CompressionRatio);
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void An_unusable_setting_is_named_with_what_was_found(string key, string found)
    {
        var config = key switch
        {
            "act_fn" => Published with { ActFn = found },
            "down_block_types" => Published with { DownBlockTypes = [found, found, found] },
            "up_block_types" => Published with { UpBlockTypes = [found, found, found] },
            "block_out_channels" => Published with { UpBlockTypes = ["UpDecoderBlock2D"] },
            "layers_per_block" => Published with { LayersPerBlock = 0 },
            _ => Published with { NormNumGroups = 48 },
        };

        var error = Assert.Throws<CheckpointException>(() => config.Validate("models/vae"));

        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("models/vae", error.Message, StringComparison.Ordinal);
    }

    [FixtureFact("full_size_keys/vae.txt")]
    public void The_published_model_has_exactly_the_published_keys()
    {
        using var model = new AutoencoderKL(KeyListing.Config<AutoencoderKLConfig>("vae"), new Placement(META, ScalarType.Float32));

        KeyListing.AssertMatches("vae", model);
    }
}
