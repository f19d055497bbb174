using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models.HifiGan;

public sealed class SpeechT5HifiGanTests : IDisposable
{
    private static readonly string _folder = Fixtures.Path("tiny-audioldm2", "vocoder");

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradient = no_grad();

    public void Dispose()
    {
        _noGradient.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Spectrograms_give_the_reference_waveforms()
    {
        using var golden = GoldenCase.Open("golden/vocoder");
        using var vocoder = SpeechT5HifiGan.Load(_folder, Placement.Cpu);

        var cases = golden.Names.Where(name => name.StartsWith("mel_", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, name =>
            golden.AssertClose(name.Replace("mel", "waveform", StringComparison.Ordinal), vocoder.call(golden[name])));
    }

    [Fact]
    public void A_spectrogram_alone_sounds_as_it_does_in_a_batch()
    {
        using var vocoder = SpeechT5HifiGan.Load(_folder, Placement.Cpu);
        var mel = randn(3, 5, vocoder.Config.ModelInDim);

        var together = vocoder.call(mel);

        var alone = stack([.. mel.unbind(0).Select(vocoder.call)]);
        Comparison.Of("waveform", alone, together, new Tolerance(1e-5)).AssertNoneOutside();
    }

    [Fact]
    public void Standardising_is_done_only_where_the_configuration_asks_for_it()
    {
        using var plain = SpeechT5HifiGan.Load(_folder, Placement.Cpu);
        using var standardising = new SpeechT5HifiGan(plain.Config with { NormalizeBefore = true }, Placement.Cpu);
        var state = plain.state_dict();
        state["scale"].copy_(full_like(state["scale"], 2));
        StateDictLoader.Load(standardising, new MemorySource(state));
        var mel = randn(1, 5, plain.Config.ModelInDim);

        var expected = plain.call((mel - state["mean"]) / 2);

        Assert.False(plain.Config.NormalizeBefore);
        Comparison.Of("waveform", expected, standardising.call(mel), new Tolerance(1e-5)).AssertNoneOutside();
    }

    [Fact]
    public void The_spectrogram_is_left_as_it_was()
    {
        using var vocoder = SpeechT5HifiGan.Load(_folder, Placement.Cpu);
        var mel = randn(1, 5, vocoder.Config.ModelInDim);
        var copy = mel.clone();

        vocoder.call(mel);

        Assert.True(mel.Equals(copy));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0.1)]
    [InlineData(ScalarType.Float16, 0.02)]
    public void Half_precision_weights_take_a_spectrogram_in_full_precision(ScalarType dtype, double tolerance)
    {
        using var golden = GoldenCase.Open("golden/vocoder");
        using var vocoder = SpeechT5HifiGan.Load(_folder, new Placement(TestDevice.Fastest, dtype));

        var waveform = vocoder.call(golden["mel_0"].to(TestDevice.Fastest));

        Assert.Equal(dtype, waveform.dtype);
        Comparison.Of("waveform", golden["waveform_0"], waveform, new Tolerance(tolerance)).AssertNoneOutside();
    }

    [Fact]
    public void A_call_leaves_only_its_result()
    {
        using var vocoder = SpeechT5HifiGan.Load(_folder, Placement.Cpu);
        var mel = randn(1, 5, vocoder.Config.ModelInDim);

        LiveTensors.AssertFlat(() => vocoder.call(mel).Dispose());
    }

    [Fact]
    public void The_sample_vocoder_is_stored_in_half_precision_and_runs_in_full()
    {
        var folder = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "audioldm2-musicbox", "vocoder");
        using (var stored = ComponentFolder.OpenWeights(folder))
        {
            Assert.Contains(stored.Entries.Values, entry => entry.Dtype == ScalarType.Float16);
        }

        using var vocoder = SpeechT5HifiGan.Load(folder, Placement.Cpu);
        var waveform = vocoder.call(full([1, 20, vocoder.Config.ModelInDim], -8f));

        Assert.Equal(ScalarType.Float32, waveform.dtype);
        Assert.True(waveform.shape[1] >= 20 * vocoder.Config.UpsampleRates.Aggregate(1, (product, rate) => product * rate));
        Assert.True(waveform.isfinite().all().item<bool>());
        Assert.True(waveform.abs().max().item<float>() <= 1);
    }

    [Fact]
    public void A_spectrogram_with_other_bands_is_refused()
    {
        using var vocoder = SpeechT5HifiGan.Load(_folder, Placement.Cpu);
        var bands = vocoder.Config.ModelInDim;

        var error = Assert.Throws<ArgumentException>(() => vocoder.call(zeros(1, 5, bands + 1)));

        Assert.Contains($"[batch, frames, {bands}]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => vocoder.call(zeros(1, 1, 5, bands)));
    }
}
