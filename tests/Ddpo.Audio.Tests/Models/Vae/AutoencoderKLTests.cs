using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.Vae;

public sealed class AutoencoderKLTests : IDisposable
{
    private static readonly string _folder = Fixtures.Path("tiny-audioldm2", "vae");

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Latents_decode_to_the_reference_spectrograms()
    {
        using var golden = GoldenCase.Open("golden/vae");
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);

        var cases = golden.Names.Where(name => name.StartsWith("latents_", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, name =>
            golden.AssertClose(name.Replace("latents", "decoded", StringComparison.Ordinal), vae.Decode(golden[name])));
    }

    [Fact]
    public void Spectrograms_encode_to_the_reference_distributions()
    {
        using var golden = GoldenCase.Open("golden/vae");
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);

        var cases = golden.Names.Where(name => name.StartsWith("mel_", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, name =>
        {
            var (mean, logVariance) = vae.Encode(golden[name]);
            golden.AssertClose(name.Replace("mel", "mean", StringComparison.Ordinal), mean);
            golden.AssertClose(name.Replace("mel", "logvar", StringComparison.Ordinal), logVariance);
        });
    }

    [Fact]
    public void Without_its_encoder_it_decodes_as_with_it_and_reads_no_more_than_that_takes()
    {
        using var whole = AutoencoderKL.Load(_folder, Placement.Cpu);
        var read = 0L;
        using var decoder = AutoencoderKL.Load(_folder, Placement.Cpu, new ProgressAction<long>(bytes => read = bytes), withEncoder: false);
        var latents = randn(1, whole.Config.LatentChannels, 4, 4);

        Assert.True(whole.Decode(latents).Equals(decoder.Decode(latents)));
        Assert.All(decoder.state_dict().Keys, key => Assert.True(
            key.StartsWith("decoder.", StringComparison.Ordinal) || key.StartsWith("post_quant_conv.", StringComparison.Ordinal), key));
        Assert.Equal(decoder.state_dict().Values.Sum(weight => weight.numel() * weight.element_size()), read);
        var error = Assert.Throws<InvalidOperationException>(() => decoder.Encode(randn(1, whole.Config.InChannels, 16, 16)));
        Assert.Contains("without its encoder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_variance_stays_within_its_limits()
    {
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);
        vae.state_dict()["quant_conv.weight"].mul_(1000);

        var (_, logVariance) = vae.Encode(randn(1, vae.Config.InChannels, 16, 16));

        Assert.Equal(-30, logVariance.min().item<float>());
        Assert.Equal(20, logVariance.max().item<float>());
    }

    [Fact]
    public void Each_sample_of_a_batch_decodes_as_it_does_alone()
    {
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);
        var latents = randn(3, vae.Config.LatentChannels, 4, 4);

        var together = vae.Decode(latents);

        var alone = cat([.. latents.split(1).Select(vae.Decode)]);
        Comparison.Of("decoded", alone, together, new Tolerance(1e-5, 1e-4)).AssertNoneOutside();
    }

    [Fact]
    public void The_attention_names_of_older_files_are_understood()
    {
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);
        using var other = new AutoencoderKL(vae.Config, Placement.Cpu);
        var older = vae.state_dict().ToDictionary(
            pair => pair.Key
                .Replace(".to_q.", ".query.", StringComparison.Ordinal)
                .Replace(".to_k.", ".key.", StringComparison.Ordinal)
                .Replace(".to_v.", ".value.", StringComparison.Ordinal)
                .Replace(".to_out.0.", ".proj_attn.", StringComparison.Ordinal),
            pair => pair.Value);
        Assert.Contains("decoder.mid_block.attentions.0.proj_attn.bias", older.Keys);

        StateDictLoader.Load(other, new MemorySource(older), AutoencoderKLKeys.Rules);

        var latents = randn(1, vae.Config.LatentChannels, 4, 4);
        Assert.True(vae.Decode(latents).Equals(other.Decode(latents)));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0.05)]
    [InlineData(ScalarType.Float16, 0.01)]
    public void Half_precision_weights_take_latents_in_full_precision(ScalarType dtype, double tolerance)
    {
        using var golden = GoldenCase.Open("golden/vae");
        using var vae = AutoencoderKL.Load(_folder, new Placement(TestDevice.Fastest, dtype));

        var mel = vae.Decode(golden["latents_0"].to(TestDevice.Fastest));

        Assert.Equal(dtype, mel.dtype);
        var expected = golden["decoded_0"];
        var scale = expected.abs().max().item<float>();
        Comparison.Of("decoded", expected, mel, new Tolerance(tolerance * scale)).AssertNoneOutside();
    }

    [Fact]
    public void Decoding_and_encoding_leave_only_their_results()
    {
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);
        var latents = randn(1, vae.Config.LatentChannels, 4, 4);

        LiveTensors.AssertFlat(() =>
        {
            using var mel = vae.Decode(latents);
            var (mean, logVariance) = vae.Encode(mel);
            mean.Dispose();
            logVariance.Dispose();
        });
    }

    [Fact]
    public void The_sample_autoencoder_restores_a_spectrogram_of_the_latents_size()
    {
        var folder = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "audioldm2-musicbox", "vae");
        using var vae = AutoencoderKL.Load(folder, Placement.Cpu);
        var ratio = vae.Config.CompressionRatio;

        var mel = vae.Decode(zeros(1, vae.Config.LatentChannels, 8, 64 / ratio));
        var (mean, _) = vae.Encode(mel);

        Assert.Equal([1, vae.Config.OutChannels, 8 * ratio, 64], mel.shape);
        Assert.Equal([1, vae.Config.LatentChannels, 8, 64 / ratio], mean.shape);
        Assert.True(mel.isfinite().all().item<bool>());
    }

    [Fact]
    public void Latents_of_another_shape_are_refused()
    {
        using var vae = AutoencoderKL.Load(_folder, Placement.Cpu);

        var error = Assert.Throws<ArgumentException>(() => vae.Decode(zeros(1, vae.Config.LatentChannels + 1, 4, 4)));

        Assert.Contains($"[batch, {vae.Config.LatentChannels}, height, width]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => vae.Encode(zeros(vae.Config.InChannels, 4, 4)));
    }
}
