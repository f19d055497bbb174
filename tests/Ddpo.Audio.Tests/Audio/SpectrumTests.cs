using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Audio;

public sealed class SpectrumTests
{
    [Theory]
    [InlineData("slaney", false, true)]
    [InlineData("htk", true, false)]
    [InlineData("htk_scale_slaney_norm", true, true)]
    [InlineData("slaney_scale_no_norm", false, false)]
    public void Mel_filters_are_those_of_librosa_and_torchaudio(string kind, bool isHtk, bool isAreaNormalised)
    {
        using var golden = RewardGolden.Open("dsp/mel_filters");
        var compared = 0;
        foreach (var test in golden.Json.GetProperty("banks").EnumerateArray())
        {
            var name = $"{test.GetProperty("name").GetString()}.{kind}";
            if (golden.Has(name))
            {
                using var scope = NewDisposeScope();
                var bank = new MelFilterBank(
                    test.GetProperty("rate").GetInt32(), test.GetProperty("n_fft").GetInt32(), test.GetProperty("n_mels").GetInt32(),
                    test.GetProperty("f_min").GetDouble(), test.GetProperty("f_max").GetDouble(),
                    isHtk ? MelScale.Htk : MelScale.Slaney, isAreaNormalised);
                golden.AssertClose(name, tensor(bank.Weights(), [bank.Bands, bank.Bins]), kind);
                compared++;
            }
        }

        Assert.True(compared > 0, $"The golden case has no filters of the kind {kind}.");
    }

    [Fact]
    public void Power_spectra_are_those_of_torchaudio()
    {
        using var golden = RewardGolden.Open("dsp/spectrograms");
        foreach (var test in golden.Json.GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var name = test.GetProperty("name").GetString()!;
            using var spectrogram = new Spectrogram(
                test.GetProperty("n_fft").GetInt32(), test.GetProperty("hop").GetInt32(), CPU,
                test.GetProperty("window").GetInt32(), test.GetProperty("center").GetBoolean());
            golden.AssertClose($"{name}.power", spectrogram.Power(golden[$"{name}.input"]), "power");
        }
    }

    [Fact]
    public void Log_mels_are_those_of_torchlibrosa()
    {
        using var golden = RewardGolden.Open("dsp/spectrograms");
        using var scope = NewDisposeScope();
        var test = golden.Json.GetProperty("logmel");
        var bank = new MelFilterBank(
            test.GetProperty("rate").GetInt32(), test.GetProperty("n_fft").GetInt32(), test.GetProperty("n_mels").GetInt32(),
            test.GetProperty("f_min").GetDouble(), test.GetProperty("f_max").GetDouble());
        using var logMel = new LogMel(bank, hop: 160, CPU);

        golden.AssertClose("logmel.db", LogMel.ToDecibels(logMel.Filter(golden["logmel.power"].to(ScalarType.Float64))), "db");
        golden.AssertClose("amplitude_to_db.db", LogMel.ToDecibels(golden["amplitude_to_db.power"]), "db");
    }
}
