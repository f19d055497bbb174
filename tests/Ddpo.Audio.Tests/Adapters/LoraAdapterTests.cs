using Ddpo.Audio.Adapters;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Models.UNet;

namespace Ddpo.Audio.Tests.Adapters;

public class LoraAdapterTests
{
    [Fact]
    public void A_new_adapter_changes_nothing_and_covers_every_attention_layer()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = LoraFixture.Open("scale1");
        using var unet = UNetFixture.Base();
        var plain = UNetFixture.Run(unet, golden);
        using var adapter = LoraAdapter.Create(unet, new LoraOptions { Rank = 3 }, seed: 1);

        Assert.Equal(golden.Scalars.GetProperty("module_count").GetInt32(), adapter.Pairs.Count);
        Assert.True(plain.eq(UNetFixture.Run(unet, golden)).all().item<bool>());
        Assert.All(adapter.Pairs, pair => Assert.True(pair.Up.eq(0).all().item<bool>()));
        Assert.All(adapter.NamedParameters, item => Assert.True(item.Parameter.requires_grad));
    }

    [Fact]
    public void A_starts_with_a_deviation_of_one_over_the_rank()
    {
        using var scope = NewDisposeScope();
        using var unet = UNetFixture.Base();
        using var adapter = LoraAdapter.Create(unet, new LoraOptions { Rank = 16 }, seed: 1);
        using var noGradient = no_grad();
        var values = cat([.. adapter.Pairs.Select(pair => pair.Down.flatten())], 0);
        Assert.InRange(values.std().item<float>() * 16, 0.97f, 1.03f);
        Assert.InRange(values.mean().item<float>() * 16, -0.03f, 0.03f);
    }

    [Fact]
    public void The_seed_decides_the_first_values()
    {
        using var scope = NewDisposeScope();
        using var unet = UNetFixture.Base();
        var first = Values(unet, new(), 7);
        Assert.Equal(first, Values(unet, new(), 7));
        Assert.NotEqual(first, Values(unet, new(), 8));
        Assert.Equal(first, Values(unet, new() { InitSeed = 7 }, 8));
    }

    [Theory]
    [InlineData(LoraTargets.SecondAttention | LoraTargets.Query, ".attn2.to_q")]
    [InlineData(LoraTargets.FirstAttention | LoraTargets.Output, ".attn1.to_out.0")]
    public void Targets_choose_the_layers(LoraTargets targets, string suffix)
    {
        using var scope = NewDisposeScope();
        using var unet = UNetFixture.Base();
        using var adapter = LoraAdapter.Create(unet, new LoraOptions { Targets = targets }, seed: 1);
        var expected = unet.state_dict().Keys.Count(key => key.EndsWith(suffix + ".weight", StringComparison.Ordinal));
        Assert.True(expected > 0);
        Assert.Equal(expected, adapter.Pairs.Count);
        Assert.All(adapter.Pairs, pair => Assert.EndsWith(suffix, pair.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_parameters_come_in_the_order_of_the_model()
    {
        using var scope = NewDisposeScope();
        using var unet = UNetFixture.Base();
        using var adapter = LoraAdapter.Create(unet, new LoraOptions(), seed: 1);
        var keys = unet.state_dict().Keys.ToList();
        var positions = adapter.Pairs.Select(pair => keys.IndexOf(pair.Name + ".weight")).ToList();
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(adapter.Pairs.Count * 2, adapter.NamedParameters.Count());
    }

    [Fact]
    public void A_model_takes_one_adapter_at_a_time()
    {
        using var scope = NewDisposeScope();
        using var unet = UNetFixture.Base();
        var first = LoraAdapter.Create(unet, new LoraOptions { Targets = LoraTargets.Attentions | LoraTargets.Value }, seed: 1);
        Assert.Throws<InvalidOperationException>(() => LoraAdapter.Create(unet, new LoraOptions(), seed: 1));
        first.Dispose();
        LoraAdapter.Create(unet, new LoraOptions(), seed: 1).Dispose();
    }

    [Theory]
    [InlineData(0, null, LoraTargets.All, "Rank")]
    [InlineData(-4, null, LoraTargets.All, "Rank")]
    [InlineData(4, 0f, LoraTargets.All, "Alpha")]
    [InlineData(4, float.NaN, LoraTargets.All, "Alpha")]
    [InlineData(4, null, LoraTargets.None, "Targets")]
    [InlineData(4, null, LoraTargets.Query, "Targets")]
    [InlineData(4, null, LoraTargets.Attentions, "Targets")]
    [InlineData(4, null, LoraTargets.All | (LoraTargets)1024, "Targets")]
    public void Impossible_options_are_refused_by_name(int rank, float? alpha, LoraTargets targets, string name)
    {
        using var unet = UNetFixture.Base();
        var options = new LoraOptions { Rank = rank, Alpha = alpha, Targets = targets };
        var exception = Assert.Throws<ArgumentException>(() => LoraAdapter.Create(unet, options, seed: 1));
        Assert.Contains($"{name} is", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_steps_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        using var golden = LoraFixture.Open("scale1");
        using var unet = UNetFixture.Base();
        using var adapter = LoraAdapter.Create(unet, new LoraOptions(), seed: 1);
        LiveTensors.AssertFlat(Step, times: 3);

        void Step()
        {
            using var inner = NewDisposeScope();
            UNetFixture.Run(unet, golden).square().mean().backward();
        }
    }

    private static float[] Values(AudioLdm2UNet2DConditionModel unet, LoraOptions options, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var adapter = LoraAdapter.Create(unet, options, seed);
        return adapter.Pairs[0].Down.detach().data<float>().ToArray();
    }
}
