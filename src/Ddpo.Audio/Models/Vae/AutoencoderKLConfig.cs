namespace Ddpo.Audio.Models.Vae;

/// <summary>The vae folder's config.json; what it lacks has diffusers' default.</summary>
internal sealed record AutoencoderKLConfig
{
    public string ActFn { get; init; } = "silu";

    public IReadOnlyList<int> BlockOutChannels { get; init; } = [64];

    public IReadOnlyList<string> DownBlockTypes { get; init; } = ["DownEncoderBlock2D"];

    public int InChannels { get; init; } = 3;

    public int LatentChannels { get; init; } = 4;

    public int LayersPerBlock { get; init; } = 1;

    public int NormNumGroups { get; init; } = 32;

    public int OutChannels { get; init; } = 3;

    /// <summary>What the diffusion's latents are divided by before <see cref="AutoencoderKL.Decode"/>: their unit variance's inverse.</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    public IReadOnlyList<string> UpBlockTypes { get; init; } = ["UpDecoderBlock2D"];

    /// <summary>Frames (and mel bands) for each latent row (and column): every block but the last halves both.</summary>
    public int CompressionRatio => 1 << (BlockOutChannels.Count - 1);

    /// <summary>Rejects what this library's model cannot be built from.</summary>
    /// <param name="location">The component's folder, for the message.</param>
    /// <exception cref="CheckpointException">A setting is unknown or contradicts another.</exception>
    public void Validate(string location)
    {
        Require(ActFn is "silu" or "swish", $"act_fn is '{ActFn}'; 'silu' is the only one known");
        Require(BlockOutChannels.Count > 0, "block_out_channels is empty; it needs one entry per block");
        Require(
            DownBlockTypes.Count == BlockOutChannels.Count && UpBlockTypes.Count == BlockOutChannels.Count,
            $"block_out_channels has {BlockOutChannels.Count} entries, down_block_types {DownBlockTypes.Count} and "
            + $"up_block_types {UpBlockTypes.Count}; they must have the same number");
        RequireAll(DownBlockTypes, "down_block_types", "DownEncoderBlock2D");
        RequireAll(UpBlockTypes, "up_block_types", "UpDecoderBlock2D");
        Require(LayersPerBlock > 0, $"layers_per_block is {LayersPerBlock}; it must be at least 1");
        Require(
            NormNumGroups > 0 && BlockOutChannels.All(channels => channels > 0 && channels % NormNumGroups == 0),
            $"block_out_channels is [{string.Join(", ", BlockOutChannels)}]; norm_num_groups, {NormNumGroups}, must divide each");

        void RequireAll(IReadOnlyList<string> types, string key, string known) => Require(
            types.All(type => type == known), $"{key} is [{string.Join(", ", types)}]; '{known}' is the only type known");

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                throw new CheckpointException($"The AutoencoderKL configuration in '{location}' cannot be used: {problem}.");
            }
        }
    }
}
