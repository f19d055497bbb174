using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.UNet;

public class UNetConfigTests
{
    [Theory]
    [InlineData("mid_block_type", "null")]
    [InlineData("act_fn", "\"gelu\"")]
    [InlineData("mid_block_scale_factor", "2")]
    [InlineData("downsample_padding", "3")]
    [InlineData("norm_num_groups", "null")]
    [InlineData("norm_num_groups", "7")]
    [InlineData("only_cross_attention", "true")]
    [InlineData("num_attention_heads", "4")]
    [InlineData("class_embed_type", "\"simple_projection\"")]
    [InlineData("num_class_embeds", "10")]
    [InlineData("class_embeddings_concat", "true")]
    [InlineData("upcast_attention", "true")]
    [InlineData("resnet_time_scale_shift", "\"scale_shift\"")]
    [InlineData("time_embedding_type", "\"fourier\"")]
    [InlineData("time_embedding_act_fn", "\"silu\"")]
    [InlineData("timestep_post_act", "\"silu\"")]
    [InlineData("time_cond_proj_dim", "64")]
    [InlineData("block_out_channels", "[]")]
    [InlineData("layers_per_block", "[1]")]
    [InlineData("layers_per_block", "0")]
    [InlineData("attention_head_dim", "7")]
    [InlineData("attention_head_dim", "0")]
    [InlineData("transformer_layers_per_block", "[1, 1, 1, 1, 1, 1, 1]")]
    [InlineData("cross_attention_dim", "[[8, 8, 8, 8, 8], [8]]")]
    [InlineData("cross_attention_dim", "[null, null]")]
    [InlineData("down_block_types", "[\"DownBlock2D\"]")]
    [InlineData("down_block_types", "[\"AttnDownBlock2D\", \"DownBlock2D\"]")]
    [InlineData("up_block_types", "[\"UpBlock2D\", \"SkipUpBlock2D\"]")]
    public void An_unsupported_value_is_refused_by_its_key(string key, string value)
    {
        var exception = Assert.Throws<CheckpointException>(() => Build(key, value));
        var named = key == "norm_num_groups" && value != "null" ? "block_out_channels" : key;
        Assert.Contains($"{named} = ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross_attention_dim", "[[8, 8], [null]]")]
    [InlineData("cross_attention_dim", "8")]
    [InlineData("cross_attention_dim", "[8, [8, null, 8, 8]]")]
    [InlineData("layers_per_block", "[1, 2]")]
    [InlineData("attention_head_dim", "[2, 4]")]
    [InlineData("transformer_layers_per_block", "[1, 2]")]
    [InlineData("only_cross_attention", "[false, false]")]
    [InlineData("time_embedding_dim", "48")]
    [InlineData("use_linear_projection", "true")]
    [InlineData("act_fn", "\"swish\"")]
    public void A_value_may_be_given_once_or_for_each_block(string key, string value)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var unet = Build(key, value);
        foreach (var (_, parameter) in unet.named_parameters())
        {
            parameter.fill_(0.01f);
        }

        var text = TextConditioning.Create(ones(2, 3, 8), ones(2, 5, 8), unet.Placement);
        var output = unet.Forward(ones(2, 4, 6, 4), tensor(3L), text);
        Assert.Equal([2, 4, 6, 4], output.shape);
        Assert.True(output.isfinite().all().item<bool>());
    }

    [Fact]
    public void A_missing_key_has_the_default_of_the_class()
    {
        var config = JsonSerializer.Deserialize<AudioLdm2UNetConfig>("{}")!;
        Assert.Equal([320, 640, 1280, 1280], config.BlockOutChannels);
        Assert.Equal(1280, config.CrossAttentionDim[3].Entries.Single());
        Assert.Equal(2, config.LayersPerBlock[3]);
        Assert.Equal(8, config.AttentionHeadDim[0]);
        Assert.Equal(1e-5, config.NormEps);
        Assert.True(config.FlipSinToCos);
        config.Validate();
    }

    private static AudioLdm2UNet2DConditionModel Build(string key, string value)
    {
        var json = JsonNode.Parse(
            """
            {
              "block_out_channels": [8, 16], "norm_num_groups": 4, "attention_head_dim": 2, "layers_per_block": 1,
              "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
              "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
              "cross_attention_dim": [[null, 8, 8], [null, 8, 8]]
            }
            """)!;
        json[key] = JsonNode.Parse(value);
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), json.ToJsonString());
            return new(ComponentFolder.ReadConfig<AudioLdm2UNetConfig>(folder), Placement.Cpu);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
