using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Projection;

public sealed class AudioLdm2ProjectionModelTests
{
    [Theory]
    [MemberData(nameof(TextModels.GoldenHalves), MemberType = typeof(TextModels))]
    public void Sequence_and_mask_equal_the_reference(string name, string half)
    {
        using var golden = GoldenCase.Open(name);
        using var model = TextModels.Projection(TextModels.Tiny);
        using var scope = NewDisposeScope();

        var (hidden, mask) = Project(model, golden, half);

        golden.AssertClose(half + "projected", hidden);
        golden.AssertClose(half + "projected_mask", mask);
        Assert.Equal(ScalarType.Int64, mask.dtype);
    }

    [FixtureFact("full_size_keys/projection_model.txt")]
    public void Keys_types_and_shapes_are_the_published_models()
    {
        var config = KeyListing.Config<AudioLdm2ProjectionConfig>("projection_model");
        using var model = new AudioLdm2ProjectionModel(config, TextModels.Meta);

        KeyListing.AssertMatches("projection_model", model);
    }

    [FixtureFact("full_size_keys/projection_model.txt")]
    public void A_difference_from_the_listing_is_told()
    {
        var config = KeyListing.Config<AudioLdm2ProjectionConfig>("projection_model");
        using var model = new AudioLdm2ProjectionModel(config with { TextEncoderDim = config.TextEncoderDim + 1 }, TextModels.Meta);

        var error = Assert.ThrowsAny<Exception>(
            () => KeyListing.AssertMatches("projection_model", model));

        Assert.Contains("1 differences", error.Message, StringComparison.Ordinal);
        Assert.Contains("projection.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_musicbox_loads() => TextModels.Projection(TextModels.Musicbox).Dispose();

    [Fact]
    public void Repeated_calls_leave_no_tensors()
    {
        using var golden = GoldenCase.Open((string)TextModels.GoldenHalves().First()[0]);
        using var model = TextModels.Projection(TextModels.Tiny);

        LiveTensors.AssertFlat(() =>
        {
            using var scope = NewDisposeScope();
            Project(model, golden, "");
        });
    }

    private static (Tensor Hidden, Tensor Mask) Project(AudioLdm2ProjectionModel model, GoldenCase golden, string half)
    {
        var clap = golden[half + "text_embeds"].unsqueeze(1);
        var clapMask = ones(clap.shape[0], 1, ScalarType.Int64);
        return model.Forward(clap, clapMask, golden[half + "t5_hidden"], golden[half + "t5_attention_mask"]);
    }
}
