using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>Every step of the original package, from its file to its vectors.</summary>
public sealed class LaionGoldenTests
{
    [Fact]
    public void Windows_hold_the_samples_that_the_original_hears()
    {
        using var golden = RewardGolden.Open("laion_clap/audio_features");
        var tolerances = golden.Json.GetProperty("tolerance");
        foreach (var entry in golden.Json.GetProperty("clips").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var row = entry.GetProperty("name").GetString()!;
            var steps = Array.ConvertAll(ClapFixture.Window(row), sample => (short)MathF.Round(sample * 32767));

            var isExact = golden.Strings("not_resampled").Contains(row);
            var tolerance = tolerances.GetProperty(isExact ? "waveform_int16_steps" : "waveform_int16_steps_resampled_rows").GetInt32();
            AssertSteps(golden[row + ".waveform_head"], steps, fromEnd: false, tolerance, row);
            AssertSteps(golden[row + ".waveform_tail"], steps, fromEnd: true, tolerance, row);
            if (isExact)
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(steps.AsSpan())));
                Assert.Equal(entry.GetProperty("waveform_int16_sha256").GetString(), hash);
            }
        }
    }

    [Fact]
    public void Log_mels_are_those_of_the_original()
    {
        using var golden = RewardGolden.Open("laion_clap/audio_features");
        using var extractor = ClapFixture.Extractor();
        foreach (var entry in golden.Json.GetProperty("clips").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var row = entry.GetProperty("name").GetString()!;
            var features = extractor.Extract([ClapFixture.Window(row)])[0, 0];

            var tolerance = golden.Strings("not_resampled").Contains(row) ? "logmel_db" : "logmel_db_resampled_rows";
            golden.AssertClose(row + ".logmel_every20", Every(features, 0, 20), tolerance);
            if (golden.Has(row + ".logmel"))
            {
                golden.AssertClose(row + ".logmel", features, tolerance);
            }
        }
    }

    [Fact]
    public void Short_clips_are_repeated_as_often_as_they_fit()
    {
        using var golden = RewardGolden.Open("laion_clap/audio_features");
        using var extractor = ClapFixture.Extractor();
        foreach (var entry in golden.Json.GetProperty("repeat_padding").EnumerateArray())
        {
            var clip = Enumerable.Range(1, entry.GetProperty("length").GetInt32()).Select(i => (float)i).ToArray();

            var window = extractor.Fit(clip);

            var zeros = entry.GetProperty("zeros").GetInt32();
            Assert.Equal(entry.GetProperty("repeats").GetInt32(), window.Count(sample => sample == 1));
            Assert.Equal(zeros, window.Count(sample => sample == 0));
            Assert.All(window[(window.Length - zeros)..], sample => Assert.Equal(0, sample));
        }
    }

    [Fact]
    public void Every_stage_of_the_audio_tower_is_that_of_the_original()
    {
        using var golden = RewardGolden.Open("laion_clap/audio_stages");
        using var features = RewardGolden.Open("laion_clap/audio_features");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = ClapFixture.Model();
        using var extractor = ClapFixture.Extractor();
        var encoder = model.AudioModel.Encoder;

        // The stored log-mel where there is one: its clip was resampled by another filter than ours.
        var input = stack(golden.Strings("rows").Select(
            row => features.Has(row + ".logmel") ? features[row + ".logmel"].unsqueeze(0) : extractor.Extract([ClapFixture.Window(row)])[0]));
        var stages = new Dictionary<string, Tensor>();
        var normalised = encoder.Normalise(input);
        stages["bn0"] = normalised.transpose(1, 3); // mel bins as channels
        stages["image"] = encoder.ToImage(normalised);
        var hidden = stages["patch_embed"] = encoder.Embed(stages["image"]);
        foreach (var (index, stage) in encoder.Stages.Index())
        {
            hidden = stages[$"layer{index}"] = stage.call(hidden);
        }

        stages["norm"] = encoder.NormaliseTokens(hidden);
        stages["embedding"] = ClapAudioEncoder.Pool(stages["norm"]);
        stages["audio_projection"] = model.ProjectAudio(stages["embedding"]);

        foreach (var (name, value) in stages)
        {
            var stored = Assert.Single(golden.Names, entry => Regex.IsMatch(entry, $"^{name}(_(rows_)?every\\d+)?$"));
            var step = stored == name ? 1 : long.Parse(stored[(stored.LastIndexOf("every", StringComparison.Ordinal) + 5)..], CultureInfo.InvariantCulture);
            golden.AssertClose(stored, Every(value, name is "bn0" or "image" ? 2 : 1, step), name);
        }
    }

    [Fact]
    public async Task Audio_vectors_are_those_of_the_original()
    {
        using var golden = RewardGolden.Open("laion_clap/embeddings");
        using var scope = NewDisposeScope();

        golden.AssertRowsClose("audio", golden.Strings("audio_rows"), await EmbedAsync(golden.Strings("audio_rows"), ClapResampling.KaiserBest));
        golden.AssertClose("audio_sinc", await EmbedAsync(golden.Strings("audio_sinc_rows"), ClapResampling.Sinc));
    }

    [Fact]
    public async Task Text_vectors_and_scores_are_those_of_the_original()
    {
        using var golden = RewardGolden.Open("laion_clap/embeddings");
        using var scope = NewDisposeScope();
        var texts = golden.Strings("text_rows");
        var rows = golden.Strings("audio_rows");
        await using var reward = await ClapFixture.LoadAsync(o => (o.Resampling, o.BatchSize) = (ClapResampling.KaiserBest, 3));

        golden.AssertClose("text", Matrix(await reward.EmbedTextAsync(texts)));
        var clips = rows.Select(row => ClapFixture.Clip(row, ClapResampling.KaiserBest)).ToList();
        var prompts = rows.Select((_, index) => new Prompt(texts[index % texts.Count])).ToList();
        var scores = await reward.ScoreAsync(clips, prompts);

        // Of the whole matrix, each clip with one of the texts.
        var chosen = tensor(rows.Select((_, index) => (long)index % texts.Count).ToArray()).unsqueeze(1);
        var expected = golden["cosine_similarity"].gather(1, chosen).squeeze(1);
        golden.AssertRowsClose("cosine_similarity", rows, expected, tensor(scores.ToArray()));
    }

    private static async Task<Tensor> EmbedAsync(IReadOnlyList<string> rows, ClapResampling resampling)
    {
        await using var reward = await ClapFixture.LoadAsync(o => o.Resampling = resampling);
        return Matrix(await reward.EmbedAudioAsync([.. rows.Select(row => ClapFixture.Clip(row, resampling))]));
    }

    private static Tensor Matrix(IReadOnlyList<float[]> rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);

    private static Tensor Every(Tensor values, long dimension, long step) =>
        values.index_select(dimension, arange(0, values.shape[dimension], step, ScalarType.Int64));

    private static void AssertSteps(Tensor golden, short[] steps, bool fromEnd, int tolerance, string row)
    {
        var expected = MemoryMarshal.Cast<byte, short>(golden.bytes).ToArray();
        var actual = fromEnd ? steps[^expected.Length..] : steps[..expected.Length];
        Assert.All(expected.Zip(actual), pair => Assert.True(
            Math.Abs(pair.First - pair.Second) <= tolerance, $"{row}: expected {pair.First}, found {pair.Second}"));
    }
}
