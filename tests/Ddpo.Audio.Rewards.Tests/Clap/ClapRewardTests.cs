using Ddpo.Audio.Rewards.Clap;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tokenizers;
using Ddpo.Audio.Tokenizers.Bpe;

namespace Ddpo.Audio.Rewards.Tests.Clap;

public sealed class ClapRewardTests
{
    [Theory]
    [InlineData(ClapCrop.Start)]
    [InlineData(ClapCrop.Center)]
    [InlineData(ClapCrop.SeededRandom)]
    [InlineData(ClapCrop.MeanOverWindows)]
    public async Task A_score_depends_neither_on_the_batch_nor_on_the_order(ClapCrop crop)
    {
        await using var reward = await ClapFixture.LoadAsync(o => (o.Crop, o.BatchSize) = (crop, 2));
        AudioClip[] clips = [Noise(0.3, 1, 8000), Noise(21, 2, 44100, 2), Noise(10, 3, 48000), Noise(12, 4)];
        Prompt[] prompts = ["one", "two", "one", "three"];

        var batch = await reward.ScoreAsync(clips, prompts);
        var reversed = await reward.ScoreAsync([.. clips.Reverse()], [.. prompts.Reverse()]);

        AssertSame(batch, [.. reversed.Reverse()]);
        for (var i = 0; i < clips.Length; i++)
        {
            AssertSame([batch[i]], await reward.ScoreAsync([clips[i]], [prompts[i]]));
        }
    }

    [Fact]
    public async Task A_text_goes_through_the_model_once()
    {
        var encoder = new CountingEncoder();
        await using var reward = await ClapReward.LoadAsync(ClapFixture.Options, () => encoder.Around(ClapFixture.Load()));
        AudioClip[] clips = [Noise(0.1, 1), Noise(0.1, 2), Noise(0.1, 3)];

        await reward.ScoreAsync(clips, ["one", "two", "one"]);
        await reward.ScoreAsync(clips, ["two", "one", "two"]);
        Assert.Equal(2, encoder.Texts);

        await reward.EmbedTextAsync(["one", "three"]);
        Assert.Equal(3, encoder.Texts);
        Assert.Equal(6, encoder.Windows);
    }

    // A run that goes on asks for a prompt among others than the run that was never stopped did.
    [Fact]
    public async Task A_text_has_the_same_vector_whatever_is_asked_with_it()
    {
        await using var reward = await ClapFixture.LoadAsync();
        var together = await reward.EmbedTextAsync(["a sad piano", "a recording of a happy flute and several others that play along with it", "x"]);
        await using var other = await ClapFixture.LoadAsync();
        var alone = await other.EmbedTextAsync(["a sad piano"]);
        Assert.Equal(together[0], alone[0]);
    }

    [Fact]
    public async Task Windows_begin_each_second_and_are_filled_up_with_silence()
    {
        await using var reward = await ClapFixture.LoadAsync(o => o.BatchSize = 2);
        var clip = Noise(12.5, 4, 48000);
        var windows = await reward.EmbedWindowsAsync(clip);
        Assert.Equal(13, windows.Count);
        Assert.Contains("windows of 10 s every 1 s", reward.Embedding, StringComparison.Ordinal);

        // A clip of the tenth second to the end, and silence after it, is the window that begins there.
        var samples = clip.Samples.ToArray();
        var last = new float[480000];
        samples.AsSpan(480000).CopyTo(last);
        AssertSame(windows[10], (await reward.EmbedAudioAsync([new AudioClip(last, 48000)]))[0]);
        AssertSame(windows[0], (await reward.EmbedAudioAsync([clip]))[0]); // ClapCrop.Start
    }

    [Fact]
    public async Task No_clips_give_no_scores()
    {
        await using var reward = await ClapFixture.LoadAsync();

        Assert.Empty(await reward.ScoreAsync([], []));
    }

    [Theory]
    [InlineData(8000, 1)]
    [InlineData(192000, 2)]
    [InlineData(48000, 8)]
    public async Task Any_rate_and_any_number_of_channels_can_be_scored(int rate, int channels)
    {
        await using var reward = await ClapFixture.LoadAsync();
        var silence = new AudioClip(new float[rate / 2 * channels], rate, channels);

        var scores = await reward.ScoreAsync([Noise(0.5, 1, rate, channels), silence], ["a", "b"]);

        Assert.All(scores, score => Assert.InRange(score, -1.0001f, 1.0001f));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task A_clip_that_is_no_audio_is_named(float bad)
    {
        await using var reward = await ClapFixture.LoadAsync();
        var clips = new[] { Noise(0.1, 1), new AudioClip(new[] { 0, bad }, 16000) };

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreAsync(clips, ["a", "b"]));

        Assert.Contains("Clip 1 of 2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("frame 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_clip_and_a_missing_prompt_are_refused()
    {
        await using var reward = await ClapFixture.LoadAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreAsync([new AudioClip(ReadOnlyMemory<float>.Empty, 16000)], ["a"]));
        await Assert.ThrowsAsync<ArgumentException>(() => reward.ScoreAsync([Noise(0.1, 1)], []));
    }

    [Fact]
    public async Task Long_clips_are_cropped_as_the_options_say()
    {
        var clip = Noise(seconds: 25, seed: 5, rate: 48000);
        var second = 48000;

        Assert.Equal(await Embed(ClapCrop.Start, Part(clip, 0)), await Embed(ClapCrop.Start, clip));
        Assert.Equal(await Embed(ClapCrop.Start, Part(clip, 15 * second / 2)), await Embed(ClapCrop.Center, clip));
        Assert.Equal(await Embed(ClapCrop.SeededRandom, clip), await Embed(ClapCrop.SeededRandom, clip));
        Assert.NotEqual(await Embed(ClapCrop.SeededRandom, clip), await Embed(ClapCrop.SeededRandom, clip, seed: 1));

        var windows = await Task.WhenAll(new[] { 0, 10 * second, 15 * second }.Select(start => Embed(ClapCrop.Start, Part(clip, start))));
        var mean = await Embed(ClapCrop.MeanOverWindows, clip);
        Assert.All(mean.Index(), value => Assert.Equal(windows.Average(window => window[value.Index]), value.Item, 1e-5f));
    }

    [Fact]
    public async Task Cancelling_stops_the_scoring()
    {
        await using var reward = await ClapFixture.LoadAsync();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reward.ScoreAsync([Noise(0.1, 1)], ["a"], cancellation.Token));
    }

    [Fact]
    public async Task Loading_reports_its_progress_and_can_be_cancelled()
    {
        var reports = new List<LoadProgress>();
        await using (await ClapReward.FromPretrainedAsync(ClapFixture.Checkpoint, ClapFixture.Options, new ProgressAction<LoadProgress>(reports.Add)))
        {
            Assert.All(reports, report => Assert.Equal(("clap", reports[0].TotalBytes), (report.Component, report.TotalBytes)));
            Assert.Equal(reports[0].TotalBytes, reports[^1].Bytes);
            Assert.InRange(reports[0].Bytes, 1, reports[0].TotalBytes - 1);
        }

        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ClapReward.FromPretrainedAsync(
            ClapFixture.Checkpoint, ClapFixture.Options, new ProgressAction<LoadProgress>(_ => cancellation.Cancel()), cancellation.Token));
    }

    [Fact]
    public async Task After_disposal_nothing_is_scored()
    {
        var reward = await ClapFixture.LoadAsync();
        await reward.DisposeAsync();
        await reward.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reward.ScoreAsync([Noise(0.1, 1)], ["a"]));
    }

    [Fact]
    public async Task Scoring_leaves_no_tensors_behind()
    {
        await using var reward = await ClapFixture.LoadAsync();

        LiveTensors.AssertFlat(() => Score(reward, Noise(0.1, 1), Noise(0.1, 2)), times: 3);
    }

    [Fact]
    public Task A_load_that_is_cancelled_at_its_very_end_leaves_no_tensors_behind() => LiveTensors.AssertFlatAsync(
        async () =>
        {
            using var cancel = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ClapReward.LoadAsync(
                ClapFixture.Options,
                () =>
                {
                    var parts = ClapFixture.Load();
                    cancel.Cancel();
                    return parts;
                },
                cancellationToken: cancel.Token));
        },
        times: 2);

    [Fact]
    public async Task Options_that_are_changed_later_have_no_effect()
    {
        var options = ClapFixture.Options;
        var loading = ClapReward.FromPretrainedAsync(ClapFixture.Checkpoint, options);
        (options.Name, options.TextHeads, options.BatchSize) = ("other", null, 0);
        await using var reward = await loading;
        options.Name = "another";

        Assert.Equal("clap_score", reward.Name);
        Assert.Single(await reward.ScoreAsync([Noise(0.1, 1)], ["a"]));
    }

    [Fact]
    public async Task What_is_missing_or_unfit_is_named()
    {
        await ThrowsNaming<CheckpointException>("nowhere.pt", () => ClapReward.FromPretrainedAsync("nowhere.pt"));
        await ThrowsNaming<CheckpointException>("TokenizerFolder", () => ClapFixture.LoadAsync(o => o.TokenizerFolder = "nowhere"));
        await ThrowsNaming<CheckpointException>("nowhere.json", () => ClapFixture.LoadAsync(o => o.AudioConfigPath = "nowhere.json"));
        await ThrowsNaming<CheckpointException>("TextHeads", () => ClapFixture.LoadAsync(o => o.TextHeads = null));
        await ThrowsNaming<CheckpointException>("heads", () => ClapFixture.LoadAsync(o => o.TextHeads = ClapFixture.TextWidth + 1));
        await ThrowsNaming<ArgumentException>("BatchSize", () => ClapFixture.LoadAsync(o => o.BatchSize = 0));
        await ThrowsNaming<ArgumentException>("AlternativesTemperature", () => ClapFixture.LoadAsync(o => o.AlternativesTemperature = 0));
        await ThrowsNaming<ArgumentException>("Alternatives", () => ClapFixture.LoadAsync(o => o.Alternatives = null!));
        await ThrowsNaming<ArgumentException>("tpu", () => ClapFixture.LoadAsync(o => o.Device = "tpu"));
    }

    [Fact]
    public async Task The_tokenizer_of_an_audioldm2_model_beside_the_checkpoint_is_found()
    {
        using var models = new TemporaryFolder();
        var (source, checkpoint) = (Path.GetDirectoryName(ClapFixture.Checkpoint)!, models[Path.GetFileName(ClapFixture.Checkpoint)]);
        File.CreateSymbolicLink(checkpoint, ClapFixture.Checkpoint);
        foreach (var config in Directory.GetFiles(source, "HTSAT-*.json"))
        {
            File.Copy(config, models[Path.GetFileName(config)]);
        }

        Task<ClapReward> LoadAsync() => ClapReward.FromPretrainedAsync(checkpoint, ClapFixture.Options);
        Task Refused() => ThrowsNaming<CheckpointException>("lay such a model's folder beside the checkpoint", LoadAsync);
        await Refused();

        // Neither another kind of model, nor one with other tokens, which would be read as if they were these.
        models.Write("a/model_index.json", """{ "_class_name": "StableDiffusionPipeline" }""");
        CopyTokenizer(new LaionClapFiles(ClapFixture.Checkpoint, ClapFixture.Options), models["a/tokenizer"]);
        models.Write("b/model_index.json", """{ "_class_name": "AudioLDM2Pipeline" }""");
        models.Write("b/tokenizer/vocab.json", """{ "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3 }""");
        models.Write("b/tokenizer/merges.txt", "#version: 0.2\n");
        models.Write("c/model_index.json", "{ damaged");
        await Refused();

        models.Write("d/model_index.json", """{ "_class_name": "AudioLDM2Pipeline", "tokenizer": [ "transformers", "RobertaTokenizer" ] }""");
        CopyTokenizer(new LaionClapFiles(ClapFixture.Checkpoint, ClapFixture.Options), models["d/tokenizer"]);
        using (var own = LaionClapCheckpoint.Open(ClapFixture.Checkpoint))
        {
            Assert.Equal(own.VocabularySize, BpeVocabulary.Read(models["d/tokenizer"]).Ids.Count);
        }

        await using var expected = await ClapFixture.LoadAsync();
        await using var reward = await LoadAsync();
        Assert.Equal(await expected.EmbedTextAsync(["a sad piano"]), await reward.EmbedTextAsync(["a sad piano"]));

        static void CopyTokenizer(LaionClapFiles files, string folder)
        {
            using var own = LaionClapCheckpoint.Open(ClapFixture.Checkpoint);
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.GetFiles(files.FindTokenizer(own.VocabularySize)).Where(file => Path.GetExtension(file) is ".json" or ".txt"))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }
    }

    [Fact]
    public async Task A_file_of_another_model_is_refused()
    {
        var emopia = EmopiaTasks.Checkpoint(EmopiaTasks.All[0]);
        await ThrowsNaming<CheckpointException>("not a laion_clap checkpoint", () => ClapReward.FromPretrainedAsync(emopia));

        var transformers = Path.Combine(HubClapFixture.Folder, "model.safetensors");
        await ThrowsNaming<CheckpointException>("Name the folder", () => ClapReward.FromPretrainedAsync(transformers));

        var tower = Fixtures.Path("rewards", "onnx", "audio_model.onnx");
        await ThrowsNaming<CheckpointException>("Name the model's folder", () => ClapReward.FromPretrainedAsync(tower));
    }

    [Fact]
    public async Task Samples_are_rounded_to_16_bits_as_each_library_does()
    {
        await RoundsByDefault(true, change => ClapFixture.LoadAsync(change));
        await RoundsByDefault(false, change =>
        {
            var options = new ClapRewardOptions();
            change(options);
            return ClapReward.FromPretrainedAsync(HubClapFixture.Folder, options);
        });

        static async Task RoundsByDefault(bool expected, Func<Action<ClapRewardOptions>, Task<ClapReward>> load)
        {
            Assert.Equal(await Embed(expected), await Embed(null));
            Assert.NotEqual(await Embed(!expected), await Embed(null));

            async Task<float[]> Embed(bool? quantize)
            {
                await using var reward = await load(options => options.QuantizeToInt16 = quantize);
                return (await reward.EmbedAudioAsync([Noise(1, 7)]))[0];
            }
        }
    }

    private static void AssertSame(IReadOnlyList<float> expected, IReadOnlyList<float> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 1e-5f, pair.First + 1e-5f));
    }

    private static async Task ThrowsNaming<TException>(string part, Func<Task> action)
        where TException : Exception
    {
        var exception = await Assert.ThrowsAnyAsync<TException>(action);
        Assert.True(exception.Message.Contains(part, StringComparison.Ordinal), exception.Message);
    }

    private static void Score(ClapReward reward, params AudioClip[] clips) =>
        reward.ScoreAsync(clips, [.. clips.Select(clip => (Prompt)$"{Guid.NewGuid()}")]).GetAwaiter().GetResult();

    private static async Task<float[]> Embed(ClapCrop crop, AudioClip clip, int seed = 0)
    {
        await using var reward = await ClapFixture.LoadAsync(o => (o.Crop, o.Seed) = (crop, seed));
        return (await reward.EmbedAudioAsync([clip]))[0];
    }

    private static AudioClip Part(AudioClip clip, int start) => new(clip.Samples.Slice(start, 10 * clip.SampleRate), clip.SampleRate);

    private static AudioClip Noise(double seconds, int seed, int rate = 16000, int channels = 1)
    {
        var random = new Random(seed);
        var samples = new float[(int)(seconds * rate) * channels];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = random.NextSingle() - 0.5f;
        }

        return new AudioClip(samples, rate, channels);
    }

    /// <summary>Counts what reaches another encoder.</summary>
    private sealed class CountingEncoder : IClapEncoder
    {
        private IClapEncoder? _inner;

        public int Texts { get; private set; }

        public long Windows { get; private set; }

        public ClapParts Around(ClapParts parts)
        {
            _inner = parts.Encoder;
            return parts with { Encoder = this };
        }

        public IReadOnlyList<float[]> EncodeAudio(Tensor logMels, CancellationToken cancellationToken)
        {
            Windows += logMels.shape[0];
            return _inner!.EncodeAudio(logMels, cancellationToken);
        }

        public IReadOnlyList<float[]> EncodeText(TokenBatch tokens, CancellationToken cancellationToken)
        {
            Texts += tokens.Ids.Length;
            return _inner!.EncodeText(tokens, cancellationToken);
        }

        public void Dispose() => _inner!.Dispose();
    }
}
