using Ddpo.Audio.Testing;
using static Ddpo.Audio.Rewards.Tests.Emopia.EmopiaFixture;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

public sealed class EmopiaRewardTests
{
    [EmopiaFact(outputs: 4)]
    public async Task Scores_are_what_their_definitions_say()
    {
        var clip = Tone(seconds: 3);
        float[] values = [.. (await ClassifyAsync(clip, "sad", EmopiaScore.TargetValue)).Values];
        var largest = values.Max();

        Assert.Equal(values[2], await ScoreAsync("sad", EmopiaScore.TargetValue));
        Assert.Equal(values[2] - largest, await ScoreAsync("Q3", EmopiaScore.TargetMinusMaximum));
        Assert.Equal((values[0] + values[1]) / values.Sum(), await ScoreAsync("angry", EmopiaScore.Arousal), 1e-6f);
        Assert.Equal((values[2] + values[3]) / values.Sum(), await ScoreAsync("tender", EmopiaScore.Arousal), 1e-6f);
        Assert.Equal((values[0] + values[3]) / values.Sum(), await ScoreAsync("happy", EmopiaScore.Valence), 1e-6f);
        Assert.Equal((values[1] + values[2]) / values.Sum(), await ScoreAsync("sad", EmopiaScore.Valence), 1e-6f);

        string[] quadrants = ["Q1", "Q2", "Q3", "Q4"];
        float[] hits = [.. await Task.WhenAll(quadrants.Select(quadrant => ScoreAsync(quadrant, EmopiaScore.Hit)))];
        Assert.Equal(values.Select(value => value == largest ? 1f : 0f), hits);

        async Task<float> ScoreAsync(string emotion, EmopiaScore score) => (await ClassifyAsync(clip, emotion, score)).Score;
    }

    [EmopiaFact(outputs: 4)]
    public async Task A_decision_names_the_target_and_the_label_heard_most()
    {
        var decision = await ClassifyAsync(Tone(), "tender", EmopiaScore.Hit);

        Assert.Equal("Q4", decision.Target);
        Assert.Equal($"Q{decision.Values.ToList().IndexOf(decision.Values.Max()) + 1}", decision.Predicted);
    }

    [EmopiaFact(outputs: 2)]
    public async Task A_network_of_two_classes_knows_the_half_of_an_emotion()
    {
        var isValence = EmopiaTasks.Labels(Halves).Contains("HV");
        await using var reward = await LoadAsync(Halves, new() { Score = isValence ? EmopiaScore.Valence : EmopiaScore.Arousal });
        (string Emotion, string Valence, string Arousal)[] expected =
            [("happy", "HV", "HA"), ("Q2", "LV", "HA"), ("sad", "LV", "LA"), ("tender", "HV", "LA"), (isValence ? "lv" : "la", "LV", "LA")];
        foreach (var (emotion, valence, arousal) in expected)
        {
            var label = isValence ? valence : arousal;
            var decision = Assert.Single(await reward.ClassifyAsync([Tone()], [Asking(emotion)]));

            Assert.Equal(label, decision.Target);
            Assert.Equal(decision.Values[reward.Labels.ToList().IndexOf(label)] / decision.Values.Sum(), decision.Score, 1e-6f);
        }
    }

    [EmopiaFact(outputs: 4)]
    public async Task The_target_of_the_options_outweighs_the_metadata()
    {
        await using var reward = await LoadAsync(Quadrants, new() { Target = "angry" });

        Assert.Equal("Q2", Assert.Single(await reward.ClassifyAsync([Tone()], [Asking("happy")])).Target);
        Assert.Equal("Q2", Assert.Single(await reward.ClassifyAsync([Tone()], ["no metadata"])).Target);
    }

    [EmopiaFact(outputs: 4)]
    public async Task The_quadrant_in_the_metadata_comes_before_the_emotion_word()
    {
        await using var reward = await LoadAsync(Quadrants);
        var prompt = new Prompt("music") { Metadata = new Dictionary<string, string> { ["emotion"] = "blissful", ["quadrant"] = "q1" } };

        Assert.Equal("Q1", Assert.Single(await reward.ClassifyAsync([Tone()], [prompt])).Target);
    }

    [Fact]
    public async Task A_clip_scores_the_same_alone_and_in_any_batch()
    {
        AudioClip[] clips = [Tone(seconds: 7), Tone(8000, 8), Tone(192_000, 2, 0.5), new(new float[30_000], 16_000), new(new float[] { 0.5f }, 44_100)];
        Prompt[] prompts = [.. clips.Select((_, i) => Asking($"Q{(i % 4) + 1}", "quadrant"))];
        await using var one = await LoadAsync(Any, new() { BatchSize = 1 });
        await using var many = await LoadAsync(Any);

        var together = await many.ScoreAsync(clips, prompts);

        Assert.All(together, score => Assert.True(float.IsFinite(score)));
        for (var i = 0; i < clips.Length; i++)
        {
            Assert.Equal(together[i], Assert.Single(await one.ScoreAsync([clips[i]], [prompts[i]])), 1e-5f);
        }

        Assert.Equal(together, await many.ScoreAsync(clips, prompts));
        Assert.Empty(await many.ScoreAsync([], []));
    }

    [Fact]
    public async Task Values_are_averaged_over_every_whole_chunk_or_all_but_the_last()
    {
        var clip = RisingTone(Hparams(Any).SampleRate);
        var length = Hparams(Any).ChunkSamples;
        await using var reward = await LoadAsync(Any);
        await using var upstream = await LoadAsync(Any, new() { Chunking = EmopiaChunking.Upstream });
        var parts = new List<IReadOnlyList<float>>();
        for (var start = 0; start + length <= clip.Frames; start += length)
        {
            parts.Add(await ValuesAsync(reward, new AudioClip(clip.Samples.Slice(start, length), clip.SampleRate)));
        }

        AssertMean(parts, await ValuesAsync(reward, clip));
        AssertMean(parts[..^1], await ValuesAsync(upstream, clip));
        AssertMean(parts[..1], await ValuesAsync(upstream, new AudioClip(clip.Samples[..length], clip.SampleRate))); // where the script has none

        static void AssertMean(IReadOnlyList<IReadOnlyList<float>> parts, IReadOnlyList<float> actual) =>
            Assert.All(actual.Index(), value => Assert.Equal(parts.Average(part => part[value.Index]), value.Item, 1e-5f));
    }

    [Fact]
    public async Task A_short_clip_is_repeated_or_followed_by_silence()
    {
        var clip = Tone(seconds: 2);
        var samples = clip.Samples.ToArray();
        var repeated = new AudioClip(samples.Concat(samples).Take(3 * clip.SampleRate).ToArray(), clip.SampleRate);
        var padded = new AudioClip(samples.Concat(new float[clip.SampleRate]).ToArray(), clip.SampleRate);
        await using var repeat = await LoadAsync(Any);
        await using var silence = await LoadAsync(Any, new() { ShortClips = EmopiaShortClips.Silence });

        Assert.Equal(await ValuesAsync(repeat, repeated), await ValuesAsync(repeat, clip));
        Assert.Equal(await ValuesAsync(silence, padded), await ValuesAsync(silence, clip));
        Assert.NotEqual(await ValuesAsync(silence, clip), await ValuesAsync(repeat, clip));
    }

    [Fact]
    public async Task What_cannot_be_scored_is_named()
    {
        await using var reward = await LoadAsync(Any);
        var broken = new float[66150];
        broken[7] = float.NaN;

        await AssertThrowsAsync("\"waltz\"", [Tone()], ["waltz"]);
        await AssertThrowsAsync("blissful", [Tone()], [Asking("blissful")]);
        await AssertThrowsAsync("Clip 1 of 2", [Tone(), new(broken, 22050)], [Asking("sad"), Asking("sad")]);
        await AssertThrowsAsync("without samples", [new(ReadOnlyMemory<float>.Empty, 22050)], [Asking("sad")]);
        await AssertThrowsAsync("one prompt for each", [Tone()], []);

        async Task AssertThrowsAsync(string words, AudioClip[] clips, Prompt[] prompts) =>
            Assert.Contains(words, (await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreAsync(clips, prompts))).Message, StringComparison.Ordinal);
    }

    [EmopiaFact(outputs: 2)]
    public async Task Files_and_options_that_do_not_fit_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        var lonely = folder["best.ckpt"];
        File.Copy(EmopiaTasks.Checkpoint(Halves), lonely);

        await AssertThrowsAsync<CheckpointException>("nowhere.ckpt", "nowhere.ckpt");
        await AssertThrowsAsync<CheckpointException>("0 labels", lonely);
        folder.Write("hparams.yaml", "task:\n  labels: [HA, LV]\n"); // of two tasks
        await AssertThrowsAsync<CheckpointException>("HA, LV", lonely);
        folder.Write("hparams.yaml", "wav:\n  sr: fast\n");
        await AssertThrowsAsync<CheckpointException>("hparams.yaml", lonely);
        folder.Write("hparams.yaml", "wav:\n  sr: 0\n");
        await AssertThrowsAsync<CheckpointException>("from 1 to", lonely);
        await AssertThrowsAsync<CheckpointException>("short-chunk ResNet", Fixtures.Path("rewards", "hf_clap", "model", "model.safetensors"));
        await AssertThrowsAsync<ArgumentException>("blissful", EmopiaTasks.Folder(Any), new() { Target = "blissful" });
        var (other, score) = EmopiaTasks.Labels(Halves).Contains("HV") ? ("HA", EmopiaScore.Arousal) : ("HV", EmopiaScore.Valence);
        await AssertThrowsAsync<ArgumentException>(other, EmopiaTasks.Folder(Halves), new() { Target = "happy", Score = score });
        await AssertThrowsAsync<ArgumentException>("BatchSize is 0; expected at least 1", EmopiaTasks.Folder(Any), new() { BatchSize = 0 });

        static async Task AssertThrowsAsync<T>(string words, string path, EmopiaRewardOptions? options = null)
            where T : Exception =>
            Assert.Contains(
                words, (await Assert.ThrowsAsync<T>(() => EmopiaReward.FromPretrainedAsync(path, options))).Message, StringComparison.Ordinal);
    }

    [EmopiaFact(outputs: 4)]
    public async Task Four_outputs_without_settings_are_the_quadrants()
    {
        using var folder = new TemporaryFolder();
        var lonely = folder["other name.ckpt"];
        File.Copy(EmopiaTasks.Checkpoint(Quadrants), lonely);

        await using var reward = await EmopiaReward.FromPretrainedAsync(lonely);

        Assert.Equal(["Q1", "Q2", "Q3", "Q4"], reward.Labels);
    }

    [Fact]
    public async Task Loading_reports_its_progress()
    {
        var reports = new List<LoadProgress>();
        await using var reward = await EmopiaReward.FromPretrainedAsync(
            EmopiaTasks.Folder(Any), progress: new ProgressAction<LoadProgress>(reports.Add));

        Assert.All(reports, report => Assert.Equal(("emopia", reports[0].TotalBytes), (report.Component, report.TotalBytes)));
        Assert.Equal(reports[0].TotalBytes, reports[^1].Bytes);
    }

    [Fact]
    public async Task Scoring_leaves_no_tensors_behind()
    {
        await using var reward = await LoadAsync(Any);

        await LiveTensors.AssertFlatAsync(() => reward.ScoreAsync([Tone(seconds: 7), Tone()], [Asking("sad"), Asking("happy")]), times: 5);
    }

    [Fact]
    public async Task A_disposed_reward_says_so()
    {
        var reward = await LoadAsync(Any);
        await reward.DisposeAsync();
        await reward.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reward.ScoreAsync([Tone()], [Asking("sad")]));
    }

    private static async Task<Classification> ClassifyAsync(AudioClip clip, string emotion, EmopiaScore score)
    {
        await using var reward = await LoadAsync(Quadrants, new() { Score = score });
        return Assert.Single(await reward.ClassifyAsync([clip], [Asking(emotion)]));
    }

    private static async Task<IReadOnlyList<float>> ValuesAsync(EmopiaReward reward, AudioClip clip) =>
        Assert.Single(await reward.ClassifyAsync([clip], [Asking("happy")])).Values;
}
