using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.UNet;

public class UNetGoldenTests
{
    private static readonly string[] Inputs = ["sample", "encoder_hidden_states", "encoder_hidden_states_1"];

    public static TheoryData<string> BaseCases => Cases("unet");

    public static TheoryData<string> LargeCases => Cases("unet_large");

    [Theory]
    [MemberData(nameof(BaseCases))]
    public void The_base_model_predicts_the_golden_noise(string name)
    {
        using var unet = UNetFixture.Base();
        AssertOutput(unet, name);
    }

    [Theory]
    [MemberData(nameof(LargeCases))]
    public void The_large_layout_predicts_the_golden_noise(string name)
    {
        using var unet = UNetFixture.Large();
        AssertOutput(unet, name);
    }

    [Fact]
    public void The_base_model_has_the_golden_gradients()
    {
        using var unet = UNetFixture.Base();
        AssertGradients(unet, "golden/unet/gradients");
    }

    [Fact]
    public void The_large_layout_has_the_golden_gradients()
    {
        using var unet = UNetFixture.Large();
        AssertGradients(unet, "golden/unet_large/gradients");
    }

    private static TheoryData<string> Cases(string folder) =>
        new(GoldenCase.All($"golden/{folder}").Where(name => !name.EndsWith("/gradients", StringComparison.Ordinal)));

    private static void AssertOutput(AudioLdm2UNet2DConditionModel unet, string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = GoldenCase.Open(name);
        golden.AssertClose("output", UNetFixture.Run(unet, golden));
    }

    private static void AssertGradients(AudioLdm2UNet2DConditionModel unet, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open(name);
        var parameters = unet.named_parameters().ToDictionary(item => item.Item1, item => item.Item2);
        foreach (var parameter in parameters.Values)
        {
            parameter.requires_grad_(true);
        }

        var inputs = Inputs.ToDictionary(input => input, input => golden[input].requires_grad_(true));
        var loss = UNetFixture.Run(unet, golden, inputs).square().mean();
        loss.backward();

        golden.AssertClose("loss", loss);
        golden.AssertAllClose("grad.", parameter => parameters[parameter].grad!);
        golden.AssertAllClose("grad_input.", input => inputs[input].grad!);
        var norms = golden.Scalars.GetProperty("grad_norms_order").EnumerateArray().Select(parameter => parameters[parameter.GetString()!].grad!.norm());
        golden.AssertClose("grad_norms", stack(norms));
    }
}
