using Ddpo.Audio.Rewards.Tests.Clap;
using Ddpo.Audio.Rewards.Tests.Emopia;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Hub;

namespace Ddpo.Audio.Rewards.Tests.Hub;

/// <summary>Rewards whose models are given by their names.</summary>
public sealed class RewardsByNameTests : IDisposable
{
    private const string Roberta = "FacebookAI/roberta-base";

    private readonly FakeHub _hub = new();

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_ClapModel()
    {
        _hub.With("laion/tiny_clap", HubClapFixture.Folder).With("laion/tiny_clap", ("README.md", [1]), ("pytorch_model.bin", [1]));
        await using var named = await ClapReward.FromPretrainedAsync("laion/tiny_clap", new() { Hub = _hub.Options });
        await using var folder = await ClapReward.FromPretrainedAsync(HubClapFixture.Folder);
        Assert.Equal(await folder.EmbedTextAsync(["a piano"]), await named.EmbedTextAsync(["a piano"]));
        Assert.Equal(Directory.GetFiles(HubClapFixture.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal), _hub.Sent);
        Assert.StartsWith("CLAP tiny_clap", named.Embedding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ClapModel_in_ONNX_files()
    {
        using var onnx = HubClapFixture.Onnx("onnx");
        _hub.With("owner/onnx_clap", onnx.Root).With("owner/onnx_clap", ("onnx/audio_model_fp16.onnx", [1]));
        await using var named = await ClapReward.FromPretrainedAsync("owner/onnx_clap", new() { Hub = _hub.Options });
        Assert.Equal(["onnx/audio_model.onnx", "onnx/text_model.onnx"], _hub.Sent.Where(name => name.EndsWith(".onnx", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_laion_clap_checkpoint_with_the_tokenizer_of_roberta()
    {
        var checkpoint = ClapFixture.Checkpoint;
        _hub.With("lukewys/laion_clap", ("tiny.pt", File.ReadAllBytes(checkpoint)), ("other.pt", [1]))
            .With(Roberta, Path.Combine(Path.GetDirectoryName(checkpoint)!, "tokenizer")).With(Roberta, ("model.safetensors", [1]));
        var options = ClapFixture.Options;
        (options.Hub, options.TokenizerFolder) = (_hub.Options, null);
        await using var named = await ClapReward.FromPretrainedAsync("lukewys/laion_clap/tiny.pt", options);
        await using var file = await ClapReward.FromPretrainedAsync(checkpoint, ClapFixture.Options);
        Assert.Equal(await file.EmbedTextAsync(["a piano"]), await named.EmbedTextAsync(["a piano"]));
        Assert.DoesNotContain("other.pt", _hub.Sent);
        Assert.DoesNotContain("model.safetensors", _hub.Sent);

        var error = await Assert.ThrowsAsync<HubException>(() => ClapReward.FromPretrainedAsync("lukewys/laion_clap", options));
        Assert.Equal(HubFailure.FileNotFound, error.Failure);
        Assert.Contains("lukewys/laion_clap/tiny.pt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_laion_clap_checkpoint_with_a_tokenizer_and_a_configuration_of_its_own()
    {
        var folder = Path.GetDirectoryName(ClapFixture.Checkpoint)!;
        var config = Directory.GetFiles(folder, "HTSAT-*.json").Single();
        _hub.With("owner/clap", ("best/tiny.pt", File.ReadAllBytes(ClapFixture.Checkpoint)), ($"best/{Path.GetFileName(config)}", File.ReadAllBytes(config)), ("best/other.json", [1]));
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "tokenizer")))
        {
            _hub.With("owner/clap", ($"best/tokenizer/{Path.GetFileName(file)}", File.ReadAllBytes(file)));
        }

        var options = ClapFixture.Options;
        options.Hub = _hub.Options;
        await using var named = await ClapReward.FromPretrainedAsync("owner/clap/best/tiny.pt", options);
        Assert.Contains($"best/{Path.GetFileName(config)}", _hub.Sent);
        Assert.DoesNotContain("best/other.json", _hub.Sent);
        Assert.DoesNotContain(_hub.Server.Requests, request => request.Path.Contains(Roberta, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_EMOPIA_checkpoint()
    {
        var folder = EmopiaTasks.Folder(EmopiaTasks.All[0]);
        _hub.With("owner/emopia", ("ar_va/best.ckpt", File.ReadAllBytes(Path.Combine(folder, "best.ckpt"))), ("ar_va/hparams.yaml", File.ReadAllBytes(Path.Combine(folder, "hparams.yaml"))));
        await using var named = await EmopiaReward.FromPretrainedAsync("owner/emopia/ar_va/best.ckpt", new() { Hub = _hub.Options });
        await using var ofFolder = await EmopiaReward.FromPretrainedAsync("owner/emopia/ar_va", new() { Hub = _hub.Options });
        await using var local = await EmopiaReward.FromPretrainedAsync(folder);
        Assert.Equal(local.Labels, named.Labels);
        Assert.Equal(local.Labels, ofFolder.Labels);
        Assert.Equal(["ar_va/best.ckpt", "ar_va/hparams.yaml"], _hub.Sent);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<HubException>(() => EmopiaReward.FromPretrainedAsync("owner/nothing", new() { Hub = _hub.Options }));
        Assert.Contains("'owner/nothing'", error.Message, StringComparison.Ordinal);
        Assert.Equal(HubFailure.RepositoryNotFound, error.Failure);
    }
}
