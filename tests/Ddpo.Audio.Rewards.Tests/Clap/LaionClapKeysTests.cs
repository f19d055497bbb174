using System.Globalization;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Rewards.Clap;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

public sealed class LaionClapKeysTests
{
    private const string Listing = "rewards/full_size_keys/laion_clap_htsat_base.txt";

    [FixtureTheory(Listing)]
    [InlineData("")]
    [InlineData("module.")]
    public void Every_published_key_becomes_a_key_of_the_model_and_none_is_left(string prefix)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = LaionClapCheckpoint.From(Listed(prefix));
        using var model = new ClapModel(checkpoint.ReadConfig(), new Placement(META, ScalarType.Float32));

        var expected = model.state_dict()
            .Where(entry => !ClapModel.MayBeMissing(entry.Key) || checkpoint.Tensors.Entries.ContainsKey(entry.Key))
            .ToDictionary(entry => entry.Key, entry => (entry.Value.dtype, string.Join('x', entry.Value.shape)));
        var found = checkpoint.Tensors.Entries.ToDictionary(
            entry => entry.Key, entry => (entry.Value.Dtype, string.Join('x', entry.Value.Shape)));

        Assert.Equal(expected.OrderBy(entry => entry.Key), found.OrderBy(entry => entry.Key));
    }

    [FixtureFact(Listing)]
    public void The_published_sizes_are_found_in_the_tensors()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = LaionClapCheckpoint.From(Listed("module."));

        var config = checkpoint.ReadConfig();

        Assert.Equal([2, 2, 12, 2], config.AudioConfig.Depths);
        Assert.Equal([4, 8, 16, 32], config.AudioConfig.NumAttentionHeads);
        Assert.Equal((8, 128, 4.0), (config.AudioConfig.WindowSize, config.AudioConfig.PatchEmbedsHiddenSize, config.AudioConfig.MlpRatio));
        Assert.Equal((12, 12, 768, 512), (config.TextConfig.NumHiddenLayers, config.TextConfig.NumAttentionHeads, config.TextConfig.HiddenSize, config.ProjectionDim));
    }

    [FixtureFact(Listing)]
    public void A_key_that_nobody_knows_is_not_passed_over()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = LaionClapCheckpoint.From(Listed("", "audio_branch.layers.0.blocks.0.attn.gate"));

        Assert.Contains("audio_model.audio_encoder.layers.0.blocks.0.attn.gate", checkpoint.Tensors.Entries.Keys);
    }

    [FixtureFact(Listing)]
    public void A_checkpoint_trained_with_fusion_is_refused()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<CheckpointException>(
            () => LaionClapCheckpoint.From(Listed("", "audio_branch.patch_embed.mel_conv2d.weight")));

        Assert.Contains("fusion", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_something_else_is_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Contains("not a laion_clap checkpoint", Refused("layer.weight"), StringComparison.Ordinal);
        Assert.Contains("Name the folder", Refused("text_model.embeddings.position_ids"), StringComparison.Ordinal);

        static string Refused(string key) => Assert.Throws<CheckpointException>(
            () => LaionClapCheckpoint.From(new MemorySource(new Dictionary<string, Tensor> { [key] = zeros(2, 2) }))).Message;
    }

    [Fact]
    public void Fused_tensors_are_cut_into_equal_parts()
    {
        using var scope = NewDisposeScope();
        var fused = arange(12, ScalarType.Float32).reshape(6, 2);
        using var source = new RenamedTensorSource(
            new MemorySource(new Dictionary<string, Tensor> { ["qkv"] = fused }), _ => [new("q", 0, 3), new("k", 1, 3), new("v", 2, 3)]);
        var (read, target) = (source.Read("k"), zeros(2, 2));
        source.CopyTo("v", target);

        Assert.True(read.equal(fused.narrow(0, 2, 2)).all().item<bool>());
        Assert.True(target.equal(fused.narrow(0, 4, 2)).all().item<bool>());
        Assert.Throws<CheckpointException>(() => new RenamedTensorSource(
            new MemorySource(new Dictionary<string, Tensor> { ["qkv"] = fused }), _ => [new("q", 0, 4)]));
    }

    /// <summary>A checkpoint with the published keys, and more where wanted, without memory for its tensors.</summary>
    private static MemorySource Listed(string prefix, params string[] more)
    {
        var listed = File.ReadLines(Fixtures.Path(Listing.Split('/')))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t'))
            .ToDictionary(
                columns => prefix + columns[0],
                columns => empty(Shape(columns[2]), columns[1] == "int64" ? ScalarType.Int64 : ScalarType.Float32, META));
        foreach (var name in more)
        {
            listed.Add(name, empty([1], ScalarType.Float32, META));
        }

        return new MemorySource(listed);
    }

    private static long[] Shape(string text) =>
        text == "[]" ? [] : [.. text.Trim('[', ']').Split(',').Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
}
