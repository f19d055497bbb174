using Ddpo.Audio.Adapters;
using Ddpo.Audio.Tests.Models.UNet;

namespace Ddpo.Audio.Tests.Adapters;

public class LoraGoldenTests
{
    public static TheoryData<string, string> Files => LoraFixture.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_format_gives_the_golden_output_and_gradients(string name, string file)
    {
        using var scope = NewDisposeScope();
        using var golden = LoraFixture.Open(name);
        using var unet = UNetFixture.Base();
        using var weights = LoraFile.Read(Path.Combine(LoraFixture.Folder(name), file));
        using var adapter = LoraAdapter.Attach(unet, weights);
        Assert.Equal(golden.Scalars.GetProperty("module_count").GetInt32(), adapter.Pairs.Count);

        var output = UNetFixture.Run(unet, golden);
        var loss = output.square().mean();
        loss.backward();

        golden.AssertClose("output", output);
        golden.AssertClose("loss", loss);
        var gradients = Gradients(adapter, LoraFixture.Scale(golden));
        golden.AssertAllClose("grad.", parameter => gradients[parameter]);
        golden.AssertClose("grad_norms", stack(LoraFixture.NormsOrder(golden).Select(parameter => gradients[parameter].norm())));
        Assert.All(unet.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Theory]
    [InlineData("scale1")]
    [InlineData("scaled")]
    public void A_disabled_adapter_gives_exactly_the_output_without_one(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = LoraFixture.Open(name);
        using var unet = UNetFixture.Base();
        var plain = UNetFixture.Run(unet, golden);
        golden.AssertClose("output_without_lora", plain);

        using var weights = LoraFile.Read(Path.Combine(LoraFixture.Folder(name), "peft"));
        using (var adapter = LoraAdapter.Attach(unet, weights))
        {
            var adapted = UNetFixture.Run(unet, golden);
            Assert.False(Same(plain, adapted));
            adapter.IsEnabled = false;
            Assert.True(Same(plain, UNetFixture.Run(unet, golden)));
            adapter.IsEnabled = true;
            Assert.True(Same(adapted, UNetFixture.Run(unet, golden)));
            adapter.Multiplier = 0;
            Assert.True(Same(plain, UNetFixture.Run(unet, golden)));
        }

        Assert.True(Same(plain, UNetFixture.Run(unet, golden)));
    }

    [Fact]
    public void The_multiplier_scales_the_change()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = LoraFixture.Open("scaled");
        using var unet = UNetFixture.Base();
        using var weights = LoraFile.Read(Path.Combine(LoraFixture.Folder("scaled"), "peft"));
        using var doubled = new LoraWeights(
            "test", weights.Modules.ToDictionary(module => module.Key, module => module.Value with { Up = module.Value.Up * 2 }));
        using var adapter = LoraAdapter.Attach(unet, doubled);
        adapter.Multiplier = 0.5f;
        golden.AssertClose("output", UNetFixture.Run(unet, golden));
    }

    [Theory]
    [InlineData("scale1", ScalarType.Float32)]
    [InlineData("scaled", ScalarType.Float32)]
    [InlineData("scaled", ScalarType.BFloat16)]
    public void Merging_keeps_the_output_and_unmerging_restores_every_bit(string name, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = LoraFixture.Open(name);
        using var unet = UNetFixture.Base(dtype);
        var before = unet.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        using var weights = LoraFile.Read(Path.Combine(LoraFixture.Folder(name), "peft"));
        using var adapter = LoraAdapter.Attach(unet, weights);
        var adapted = UNetFixture.Run(unet, golden);

        adapter.Merge();
        if (dtype == ScalarType.Float32)
        {
            golden.AssertClose("output", UNetFixture.Run(unet, golden));
        }

        Assert.Contains(unet.state_dict(), entry => !Same(entry.Value, before[entry.Key]));
        Assert.Throws<InvalidOperationException>(() => adapter.Multiplier = 2);
        Assert.Throws<InvalidOperationException>(() => adapter.IsEnabled = false);

        adapter.Unmerge();
        Assert.All(unet.state_dict(), entry => Assert.True(Same(entry.Value, before[entry.Key]), entry.Key));
        Assert.True(Same(adapted, UNetFixture.Run(unet, golden)));

        adapter.Merge();
        adapter.Dispose();
        Assert.All(unet.state_dict(), entry => Assert.True(Same(entry.Value, before[entry.Key]), entry.Key));
    }

    [Fact]
    public void A_half_precision_model_keeps_full_precision_adapters()
    {
        using var scope = NewDisposeScope();
        using var golden = LoraFixture.Open("scale1");
        using var unet = UNetFixture.Base(ScalarType.BFloat16);
        using var weights = LoraFile.Read(Path.Combine(LoraFixture.Folder("scale1"), "peft"));
        using var adapter = LoraAdapter.Attach(unet, weights);
        var output = UNetFixture.Run(unet, golden);
        output.to(ScalarType.Float32).square().mean().backward();

        Assert.Equal(ScalarType.BFloat16, output.dtype);
        foreach (var (_, parameter) in adapter.NamedParameters)
        {
            Assert.Equal(ScalarType.Float32, parameter.dtype);
            Assert.Equal(ScalarType.Float32, parameter.grad!.dtype);
        }

        var expected = golden["output"];
        var error = (output.to(ScalarType.Float32) - expected).norm().item<float>() / expected.norm().item<float>();
        Assert.InRange(error, 0, 0.05);
    }

    // Formats without alpha hold B times the strength, so their gradient of B is smaller by it.
    private static Dictionary<string, Tensor> Gradients(LoraAdapter adapter, float scale) => adapter.Pairs
        .SelectMany(pair => new[]
        {
            (Name: pair.Name + LoraKeys.PeftDown, Gradient: pair.Down.grad!),
            (Name: pair.Name + LoraKeys.PeftUp, Gradient: pair.Up.grad! * (scale / (pair.Alpha / pair.Rank))),
        })
        .ToDictionary(item => item.Name, item => item.Gradient);

    private static bool Same(Tensor one, Tensor other) => one.eq(other).all().item<bool>();
}
