using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The trained pipeline of the samples, heard by the CLAP that lies beside it.</summary>
public sealed class MusicboxGenerationTests
{
    // The README's figure for 20 steps and guidance 3.5, and the clips it was taken over.
    private const double ReferenceCosine = 0.616;
    private const int ReferenceClips = 192;

    // Three of each prompt. About one clip in ten misses its prompt by far; a third as many can lack such clips altogether,
    // and then neither their mean nor their spread is the model's.
    private const int Clips = 96;

    private static readonly string[] s_emotions = ["happy", "angry", "sad", "tender"];
    private static readonly string[] s_instruments = ["piano", "music box", "flute", "organ", "bass", "drums", "shaker", "siren"];
    private static readonly string s_folder = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");

    private static readonly AudioRequest s_request = new("")
    {
        Duration = TimeSpan.FromSeconds(2.56),
        NumInferenceSteps = 20,
        GuidanceScale = 3.5,
        Seed = 0,
    };

    [Fact]
    public async Task Generated_clips_fit_their_prompts_as_well_as_the_references_do()
    {
        await using var pipeline = await LoadPipelineAsync();
        await using var reward = await LoadRewardAsync();
        var prompts = s_emotions.SelectMany(emotion => s_instruments.Select(
            instrument => (Prompt)$"a recording of a {emotion} {instrument} solo, high quality")).ToArray();
        var cosines = new List<float>();
        for (var clip = 0; clip < Clips; clip += s_instruments.Length)
        {
            var (round, first) = Math.DivRem(clip, prompts.Length);
            var batch = prompts[first..(first + s_instruments.Length)];
            var clips = await pipeline.GenerateAsync(s_request with { Prompts = batch, Seed = (ulong)((1000 * round) + first) });
            cosines.AddRange(await reward.ScoreAsync(clips, batch));
        }

        var statistics = RewardStatistics.Of(cosines);
        var standardError = statistics.Std * Math.Sqrt((1.0 / cosines.Count) + (1.0 / ReferenceClips));
        Assert.InRange(statistics.Mean, ReferenceCosine - (2 * standardError), ReferenceCosine + (2 * standardError));
    }

    [Fact]
    public async Task Several_waveforms_stand_by_prompt_with_the_best_first()
    {
        await using var pipeline = await LoadPipelineAsync();
        await using var reward = await LoadRewardAsync();
        Prompt[] prompts = ["a recording of a happy piano solo, high quality", "a recording of a sad drums solo, high quality"];
        var request = s_request with { NumInferenceSteps = 3, Prompts = prompts };
        var clips = await pipeline.GenerateAsync(request with { NumWaveformsPerPrompt = 3 });
        Assert.Equal(6, clips.Count);
        for (var prompt = 0; prompt < prompts.Length; prompt++)
        {
            var mine = clips.Skip(3 * prompt).Take(3).ToArray();
            var cosines = await reward.ScoreAsync(mine, [prompts[prompt], prompts[prompt], prompts[prompt]]);
            Assert.True(cosines.Max() - cosines.Min() > 0.01, "the clips fit too equally to tell their order");
            Assert.All(Enumerable.Range(0, 2), i => Assert.True(cosines[i] >= cosines[i + 1] - 0.002, string.Join(", ", cosines)));

            // They are the clips of this prompt's seeds, in another order.
            var single = await pipeline.GenerateAsync(
                request with { Prompts = [prompts[prompt], prompts[prompt], prompts[prompt]], Seed = (ulong)(3 * prompt) });
            Assert.Equal([0, 1, 2], mine.Select(clip => Nearest(clip, single)).Order());
        }
    }

    private static int Nearest(AudioClip clip, IReadOnlyList<AudioClip> others)
    {
        var distances = others.Select(other => other.Samples.ToArray().Zip(clip.Samples.ToArray(), (a, b) => Math.Abs(a - b)).Max()).ToList();
        var nearest = distances.IndexOf(distances.Min());
        Assert.True(distances[nearest] < 0.01, $"no such clip; the nearest is off by {distances[nearest]}");
        return nearest;
    }

    private static Task<AudioLdm2Pipeline> LoadPipelineAsync() =>
        AudioLdm2Pipeline.FromPretrainedAsync(Path.Combine(s_folder, "audioldm2-musicbox"));

    private static Task<ClapReward> LoadRewardAsync() =>
        ClapReward.FromPretrainedAsync(Path.Combine(s_folder, "clap", "musicbox_clap.pt"));
}
