using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The trained pipeline of the samples, heard by the CLAP that lies beside it.</summary>
public sealed class MusicboxGenerationTests
{
    private static readonly string s_folder = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");

    private static readonly AudioRequest s_request = new()
    {
        Duration = TimeSpan.FromSeconds(2.56),
        NumInferenceSteps = 20,
        GuidanceScale = 3.5,
        Seed = 0,
    };

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
