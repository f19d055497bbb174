using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;

namespace Ddpo.Audio.Rewards.Tests.Fuzzing;

public sealed class HparamsFuzzTests
{
    private const string FileName = "hparams.yaml";

    [Fact]
    public void Damaged_hparams_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("hparams", FileName, Read)
    {
        Corpus =
        [
            File.ReadAllBytes(Path.Combine(EmopiaTasks.Folder(EmopiaTasks.All[0]), FileName)),
            "task:\n  labels: &a [HVHA, HVLA]\n  other: *a\nwav:\n  sr: 22050\n  input_length: 3.0\n"u8.ToArray(),
        ],
        Words = ["- "u8.ToArray(), "&a "u8.ToArray(), "*a"u8.ToArray(), "!!int "u8.ToArray(), "? "u8.ToArray(), "|\n"u8.ToArray(), "\n  "u8.ToArray(), ": "u8.ToArray(), "---\n"u8.ToArray(), "<<: *a\n"u8.ToArray()],
        BytesPerByte = 2000,
    });

    [Theory]
    [InlineData("wav:\ntask:\n")]
    [InlineData("wav: ~\ntask:\n  labels: ~\n")]
    [InlineData("")]
    public void What_is_empty_has_its_default(string content)
    {
        using var folder = new TemporaryFolder().With(FileName, content);
        var hparams = EmopiaHparams.Read(folder[FileName]);
        Assert.Equal((22050, 3.0, 0), (hparams.SampleRate, hparams.ChunkSeconds, hparams.Labels.Count));
    }

    [Fact]
    public void A_file_that_is_far_too_long_is_refused_before_it_is_parsed()
    {
        using var folder = new TemporaryFolder().With(FileName, "a: " + new string('[', 1 << 20));
        var exception = Assert.Throws<CheckpointException>(() => EmopiaHparams.Read(folder[FileName]));
        Assert.Contains("1048579 bytes", exception.Message, StringComparison.Ordinal);
    }

    private static void Read(TemporaryFolder folder)
    {
        var hparams = EmopiaHparams.Read(folder[FileName]);
        Assert.InRange(hparams.ChunkSamples, 0, 768_000 * 600);
    }
}
