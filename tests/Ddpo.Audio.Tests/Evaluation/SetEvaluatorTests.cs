using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Evaluation;

public sealed class SetEvaluatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Levels _levels = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Vectors_are_kept_by_the_contents_of_files_and_by_what_made_them()
    {
        Clips("one", 0.1f, 0.2f, 0.3f);
        var cache = _folder["cache"];
        var first = await new SetEvaluator(_levels, cache).EmbedAsync(Waves("one"));
        Assert.Equal((3, 4), (first.Clips, _levels.Asked)); // and once about a known sound

        Directory.Move(_folder["one"], _folder["moved"]);
        Clips("moved", 0.1f, 0.2f, 0.3f, 0.4f); // the same contents with new dates, and one more
        var again = await new SetEvaluator(_levels, cache).EmbedAsync(Waves("moved"));
        Assert.Equal(6, _levels.Asked);
        Assert.Equal(first.Rows, again.Rows.Take(first.Rows.Count));

        var louder = new Levels { Gain = 2 };
        Assert.NotEqual(first.Rows, (await new SetEvaluator(louder, cache).EmbedAsync(Waves("moved"))).Rows.Take(first.Rows.Count));
        Assert.Equal(5, louder.Asked);
    }

    [Fact]
    public async Task A_damaged_file_in_the_cache_is_made_anew()
    {
        Clips("one", 0.1f, 0.2f);
        var whole = await new SetEvaluator(_levels, _folder["cache"]).EmbedAsync(Waves("one"));
        foreach (var kept in Directory.GetFiles(_folder["cache"], "*", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(kept, [1, 2, 3]);
        }

        Assert.Equal(whole.Rows, (await new SetEvaluator(_levels, _folder["cache"]).EmbedAsync(Waves("one"))).Rows);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_and_left_out()
    {
        Clips("one", 0.1f, 0.2f);
        _folder.Write("one/broken.wav", "no audio");
        var set = await new SetEvaluator(_levels).EmbedAsync(Waves("one"));
        Assert.Equal((2, "broken.wav"), (set.Clips, Assert.Single(set.Unread).Key));

        _folder.Write("none/broken.wav", "no audio");
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new SetEvaluator(_levels).EmbedAsync(Waves("none")));
        Assert.Contains("broken.wav", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_sets_are_at_0_and_others_are_not()
    {
        Clips("one", [.. Enumerable.Range(1, 30).Select(i => i / 50f)]);
        Clips("two", [.. Enumerable.Range(1, 30).Select(i => (i / 50f) + 0.2f)]);
        var evaluator = new SetEvaluator(_levels);
        var (one, two) = (await evaluator.EmbedAsync(Waves("one")), await evaluator.EmbedAsync(Waves("two")));

        Assert.Equal(["FAD", "KAD"], SetEvaluator.Compare(one, two).Select(distance => distance.Metric));
        Assert.All(SetEvaluator.Compare(one, one), distance => Assert.InRange(distance.Value, -10, 1e-6));
        Assert.All(SetEvaluator.Compare(one, two), distance => Assert.True(distance.Value > 0.01, $"{distance}"));
        Assert.All(SetEvaluator.Compare(one, two), distance => Assert.Equal(("levels", 2, 60, 60), (distance.Embedding, distance.Dimension, distance.ReferenceWindows, distance.Windows)));

        SetEvaluator.WriteCsv(_folder["set_metrics.csv"], SetEvaluator.Compare(one, two));
        Assert.Equal("metric,value,embedding,dimension,reference_windows,windows,fit_r2,warning", File.ReadLines(_folder["set_metrics.csv"]).First());
    }

    [Fact]
    public void Infinity_needs_more_windows_than_its_smallest_part_and_is_the_same_each_time()
    {
        float[][] rows = [.. Enumerable.Range(0, 60).Select(i => new[] { MathF.Sin(i), MathF.Cos(i * i) })];
        var (reference, set) = (new EmbeddingSet("sines", rows, 1), new EmbeddingSet("sines", [.. rows.Select(row => new[] { row[0] + 1, row[1] })], 1));
        var error = Assert.Throws<ArgumentException>(() => FrechetAudioDistance.MeasureInfinity(reference, set));
        Assert.Contains("more than 500 windows, found 60", error.Message, StringComparison.Ordinal);

        var distance = FrechetAudioDistance.MeasureInfinity(reference, set, smallest: 20, sizes: 8);
        Assert.Equal(distance, FrechetAudioDistance.MeasureInfinity(reference, set, smallest: 20, sizes: 8));
        Assert.NotEqual(distance.Value, FrechetAudioDistance.MeasureInfinity(reference, set, smallest: 20, sizes: 8, seed: 1).Value);
        Assert.InRange(distance.Value, 0.7, 1.3);
        Assert.NotNull(distance.FitRSquared);
    }

    [Fact]
    public void Sets_of_different_embeddings_and_sets_that_are_none_are_refused()
    {
        float[][] rows = [[1, 2], [3, 4]];
        var set = new EmbeddingSet("one", rows, 1);
        Assert.Contains("'one' of 2", Assert.Throws<ArgumentException>(() => KernelAudioDistance.Measure(set, new EmbeddingSet("two", rows, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EmbeddingSet("one", [[1]], 1));
        Assert.Throws<ArgumentException>(() => new EmbeddingSet("one", [[1], [1, 2]], 1));
        Assert.Throws<ArgumentException>(() => new EmbeddingSet("one", [[1], [float.NaN]], 1));
    }

    private EvaluationSet Waves(string folder) => EvaluationSet.FromFolder(_folder[folder], new Prompt(""));

    private void Clips(string folder, params float[] levels)
    {
        Directory.CreateDirectory(_folder[folder]);
        for (var i = 0; i < levels.Length; i++)
        {
            new AudioClip(new[] { levels[i], -levels[i], levels[i] / 2 }, 16000).SaveWave(_folder[$"{folder}/{i:000}.wav"]);
        }
    }

    /// <summary>Two windows of two numbers for each clip.</summary>
    private sealed class Levels : IAudioEmbedder
    {
        public float Gain { get; init; } = 1;

        public int Asked { get; private set; }

        public string Embedding => "levels";

        public Task<IReadOnlyList<float[]>> EmbedWindowsAsync(AudioClip clip, CancellationToken cancellationToken = default)
        {
            Asked++;
            var loudest = clip.Samples.ToArray().Max() * Gain;
            return Task.FromResult<IReadOnlyList<float[]>>([[loudest, loudest * loudest], [loudest / 2, 1 - loudest]]);
        }
    }
}
