using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.UNet;

public class UNetBehaviourTests
{
    [Fact]
    public void Masked_tokens_do_not_matter_at_all()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = GoldenCase.Open("golden/unet/both_masks");
        using var unet = UNetFixture.Base();
        var changed = new Dictionary<string, Tensor>();
        foreach (var stream in new[] { "", "_1" })
        {
            var ignored = golden["encoder_attention_mask" + stream].eq(0).unsqueeze(-1);
            Assert.True(ignored.any().item<bool>(), "The case has no masked token.");
            changed["encoder_hidden_states" + stream] = golden["encoder_hidden_states" + stream].masked_fill(ignored, 5);
        }

        Assert.True(UNetFixture.Run(unet, golden).equal(UNetFixture.Run(unet, golden, changed)).all().item<bool>());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0.05)]
    [InlineData(ScalarType.Float16, 0.01)]
    public void Half_precision_weights_give_nearly_the_same_prediction_from_a_full_precision_latent(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = GoldenCase.Open("golden/unet/odd_height");
        using var unet = UNetFixture.Base(dtype);
        var output = UNetFixture.Run(unet, golden);

        Assert.Equal(dtype, output.dtype);
        var expected = golden["output"];
        var error = (output.to(ScalarType.Float32) - expected).norm().item<float>() / expected.norm().item<float>();
        Assert.InRange(error, 0, tolerance);
    }

    [Fact]
    public void No_tensor_is_left_behind_by_a_prediction()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = GoldenCase.Open("golden/unet/odd_height");
        using var unet = UNetFixture.Base();
        var text = TextConditioning.Create(
            golden["encoder_hidden_states"], golden["encoder_hidden_states_1"], unet.Placement, null, golden["encoder_attention_mask_1"]);
        var (sample, timestep) = (golden["sample"], golden["timestep"]);
        LiveTensors.AssertFlat(() => unet.Forward(sample, timestep, text).Dispose(), times: 5);
    }
}
