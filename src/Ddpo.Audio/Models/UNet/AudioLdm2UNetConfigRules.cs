namespace Ddpo.Audio.Models.UNet;

/// <summary>Refuses configurations that this implementation would compute otherwise than diffusers does.</summary>
internal static class AudioLdm2UNetConfigRules
{
    private const int MaxTransformersPerResnet = 4;

    /// <exception cref="CheckpointException">A value is not supported; the message names its key, the value and what is possible.</exception>
    public static void Validate(this AudioLdm2UNetConfig config)
    {
        Require("mid_block_type", config.MidBlockType, AudioLdm2UNetConfig.TransformerMidBlock);
        Require(config.ActFn is "silu" or "swish", "act_fn", config.ActFn, "silu");
        Require(config.MidBlockScaleFactor == 1, "mid_block_scale_factor", config.MidBlockScaleFactor, "1");
        Require(config.DownsamplePadding is 0 or 1, "downsample_padding", config.DownsamplePadding, "0 or 1");
        Require(config.NormNumGroups is > 0, "norm_num_groups", config.NormNumGroups, "a positive number");
        Require(!config.OnlyCrossAttention.Any(on => on), "only_cross_attention", true, "false");
        Require(config.NumAttentionHeads is null, "num_attention_heads", "a number", "null (attention_head_dim holds it)");
        Require("class_embed_type", config.ClassEmbedType, null);
        Require("num_class_embeds", config.NumClassEmbeds, null);
        Require("class_embeddings_concat", config.ClassEmbeddingsConcat, false);
        Require("upcast_attention", config.UpcastAttention, false);
        Require("resnet_time_scale_shift", config.ResnetTimeScaleShift, "default");
        Require("time_embedding_type", config.TimeEmbeddingType, "positional");
        Require("time_embedding_act_fn", config.TimeEmbeddingActFn, null);
        Require("timestep_post_act", config.TimestepPostAct, null);
        Require("time_cond_proj_dim", config.TimeCondProjDim, null);

        var blocks = config.BlockOutChannels.Count;
        Require(blocks > 0, "block_out_channels", "[]", "one number or more");
        RequireLength(config.DownBlockTypes.Count == blocks, "down_block_types", blocks);
        RequireLength(config.UpBlockTypes.Count == blocks, "up_block_types", blocks);
        RequireLength(config.LayersPerBlock.Covers(blocks), "layers_per_block", blocks);
        RequireLength(config.CrossAttentionDim.Covers(blocks), "cross_attention_dim", blocks);
        RequireLength(config.TransformerLayersPerBlock.Covers(blocks), "transformer_layers_per_block", blocks);
        RequireLength(config.AttentionHeadDim.Covers(blocks), "attention_head_dim", blocks);
        for (var block = 0; block < blocks; block++)
        {
            ValidateBlock(config, block);
        }
    }

    private static void ValidateBlock(AudioLdm2UNetConfig config, int block)
    {
        var (down, up) = (config.DownBlockTypes[block], config.UpBlockTypes[block]);
        Require(
            down is AudioLdm2UNetConfig.PlainDownBlock or AudioLdm2UNetConfig.TransformerDownBlock, "down_block_types", down,
            $"{AudioLdm2UNetConfig.PlainDownBlock} or {AudioLdm2UNetConfig.TransformerDownBlock}");
        Require(
            up is AudioLdm2UNetConfig.PlainUpBlock or AudioLdm2UNetConfig.TransformerUpBlock, "up_block_types", up,
            $"{AudioLdm2UNetConfig.PlainUpBlock} or {AudioLdm2UNetConfig.TransformerUpBlock}");

        var (channels, heads) = (config.BlockOutChannels[block], config.AttentionHeadDim[block]);
        Require(
            channels > 0 && channels % config.NormNumGroups == 0, "block_out_channels", channels,
            $"a multiple of norm_num_groups, which is {config.NormNumGroups}");
        Require(heads > 0 && channels % heads == 0, "attention_head_dim", heads, $"a divisor of the block's {channels} channels");
        Require(config.LayersPerBlock[block] > 0, "layers_per_block", config.LayersPerBlock[block], "a positive number");
        var transformers = config.CrossAttentionDim[block].Entries.Count;
        Require(
            transformers is > 0 and <= MaxTransformersPerResnet, "cross_attention_dim", $"{transformers} entries for block {block}",
            $"1 to {MaxTransformersPerResnet}");
    }

    private static void Require(string key, object? value, object? expected) =>
        Require(Equals(value, expected), key, value, expected?.ToString() ?? "null");

    private static void RequireLength(bool holds, string key, int blocks) =>
        Require(holds, key, "a list of another length", $"one value, or one for each of the {blocks} block_out_channels");

    private static void Require(bool holds, string key, object? value, string expected)
    {
        if (!holds)
        {
            throw new CheckpointException(
                $"The UNet's config.json has {key} = {value ?? "null"}, which is not supported; expected {expected}. " +
                "The published AudioLDM2 models (cvssp/audioldm2, -music, -large) have supported values.");
        }
    }
}
