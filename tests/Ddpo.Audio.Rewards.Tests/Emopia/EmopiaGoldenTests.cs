using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

/// <summary>The numbers of EMOPIA_cls itself.</summary>
public sealed class EmopiaGoldenTests
{
    /// <summary>The tasks whose golden case has the stages, too.</summary>
    public static TheoryData<string> Staged => new(EmopiaTasks.All.Where(task =>
    {
        using var golden = RewardGolden.Open("emopia/" + task);
        return golden.Has("mel");
    }));

    [Theory]
    [MemberData(nameof(EmopiaTasks.Data), MemberType = typeof(EmopiaTasks))]
    public void Every_whole_chunk_gets_the_values_of_the_original(string task)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = RewardGolden.Open("emopia/" + task);
        using var network = Network(task);
        using var frontEnd = FrontEnd(task, network);
        var chunks = Chunks(golden, frontEnd);

        var all = network.Logits(frontEnd.Mel(chunks));
        var single = cat([.. chunks.Select(chunk => network.Logits(frontEnd.Mel([chunk])))]);

        foreach (var logits in new[] { all, single })
        {
            golden.AssertClose("logits", WithGoldenRest(golden, "logits", logits));
            golden.AssertClose("probabilities", WithGoldenRest(golden, "probabilities", logits.sigmoid()));
        }
    }

    [Theory]
    [MemberData(nameof(Staged))]
    public void Every_stage_of_the_network_gives_the_values_of_the_original(string task)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var golden = RewardGolden.Open("emopia/" + task);
        using var network = Network(task);
        using var frontEnd = FrontEnd(task, network);
        var mel = frontEnd.Mel(Chunks(golden, frontEnd));
        golden.AssertClose("mel", WithGoldenRest(golden, "mel", mel));

        var modules = network.Model.named_children().ToDictionary(child => child.name, child => (nn.Module<Tensor, Tensor>)child.module);
        var x = LogMel.ToDecibels(mel);
        golden.AssertClose("db", x[..1]);
        x = modules["spec_bn"].call(x);
        for (var layer = 1; modules.TryGetValue($"layer{layer}", out var module); layer++)
        {
            x = module.call(x);
            golden.AssertClose($"layer{layer}", x[..1]);
        }

        var (largest, _) = x.flatten(2).max(-1);
        x = modules["dense1"].call(largest);
        golden.AssertClose("dense1", WithGoldenRest(golden, "dense1", x));
        golden.AssertClose("bn", WithGoldenRest(golden, "bn", modules["bn"].call(x)));
    }

    [Theory]
    [MemberData(nameof(EmopiaTasks.Data), MemberType = typeof(EmopiaTasks))]
    public async Task Clips_get_the_values_and_labels_of_the_original_script(string task)
    {
        using var golden = RewardGolden.Open("emopia/" + task);
        await using var reward = await EmopiaFixture.LoadAsync(task, new() { Chunking = EmopiaChunking.Upstream });
        Assert.Equal(golden.Strings("labels"), reward.Labels);
        var compared = 0;
        foreach (var prediction in golden.Json.GetProperty("predictions").EnumerateArray().Where(item => item.TryGetProperty("label", out _)))
        {
            var name = prediction.GetProperty("clip").GetString()!;

            var decision = Assert.Single(await reward.ClassifyAsync([RewardClips.Read(name)], [EmopiaFixture.Asking("happy")]));

            using var scope = NewDisposeScope();
            var values = tensor(decision.Values.ToArray());
            if (golden.Has(name + ".values_sinc"))
            {
                golden.AssertClose(name + ".values_sinc", values, "values_sinc");
            }
            else
            {
                golden.AssertClose(name + ".values", values, "probabilities");
                Assert.Equal(prediction.GetProperty("label").GetString(), decision.Predicted); // the script's, by SoX
            }

            compared++;
        }

        Assert.True(compared > 0, "The golden case has no clip that the original script could score.");
    }

    [FixtureFact("rewards/full_size_keys/emopia_short_chunk_resnet.txt")]
    public void The_network_of_the_published_size_has_its_keys()
    {
        using var network = new ShortChunkResNet([1, 128, 128, 256, 256, 256, 256, 512], 512, 4, new Placement(META, ScalarType.Float32));

        KeyListing.AssertEqual(
            Fixtures.Path("rewards", "full_size_keys", "emopia_short_chunk_resnet.txt"),
            network,
            name => EmopiaCheckpoint.Rename(name).Single().Name is var key && key.StartsWith("spec.", StringComparison.Ordinal) ? null : key);
    }

    private static EmopiaCheckpoint Network(string task) => EmopiaCheckpoint.Load(EmopiaTasks.Checkpoint(task), CPU, null, default);

    private static EmopiaFrontEnd FrontEnd(string task, EmopiaCheckpoint network) =>
        new(EmopiaFixture.Hparams(task), network.MelFilters, new EmopiaRewardOptions(), CPU);

    // Chunks that need resampling went through SoX in the golden run: see Clips_get_the_values_and_labels_of_the_original_script.
    private static Tensor WithGoldenRest(RewardGolden golden, string name, Tensor actual)
    {
        var (rest, exact) = (golden[name], golden.Json.GetProperty("chunks_not_resampled").GetInt64());
        Assert.True(exact > 0, "The golden case has only chunks that need resampling.");
        exact = Math.Min(exact, rest.shape[0]);
        return cat([actual.narrow(0, 0, exact), rest.narrow(0, exact, rest.shape[0] - exact)]);
    }

    private static float[][] Chunks(RewardGolden golden, EmopiaFrontEnd frontEnd) =>
    [
        .. golden.Json.GetProperty("chunks").EnumerateArray().Select(
            entry => frontEnd.Chunks(RewardClips.Read(entry[0].GetString()!))[entry[1].GetInt32()]),
    ];
}
