using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The trained CLAP of the samples, on the clips that lie beside it.</summary>
public sealed class MusicboxTests
{
    private static readonly string s_folder = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox");

    [Fact]
    public async Task Clips_fit_their_own_prompts_and_no_others()
    {
        await using var reward = await ClapReward.FromPretrainedAsync(Path.Combine(s_folder, "clap", "musicbox_clap.pt"));
        var clips = Directory.GetFiles(Path.Combine(s_folder, "examples"), "*.wav")
            .Select(path => (Audio: WaveFile.Read(path), Prompt: PromptOf(path)))
            .ToList();
        var prompts = clips.Select(clip => clip.Prompt).Distinct().ToList();

        var own = await reward.ScoreAsync([.. clips.Select(clip => clip.Audio)], [.. clips.Select(clip => (Prompt)clip.Prompt)]);
        var others = new List<float>();
        foreach (var (audio, prompt) in clips)
        {
            var wrong = prompts.Where(other => other != prompt).ToList();
            others.AddRange(await reward.ScoreAsync([.. wrong.Select(_ => audio)], [.. wrong.Select(text => (Prompt)text)]));
        }

        // The README's means over many clips are 0.62 to 0.70 and 0.10 to 0.12.
        Assert.All(own, score => Assert.InRange(score, 0.4f, 0.9f));
        Assert.InRange(own.Average(), 0.55f, 0.75f);
        Assert.InRange(others.Average(), -0.1f, 0.3f);
    }

    private static string PromptOf(string path)
    {
        var words = Path.GetFileNameWithoutExtension(path).Split('_');
        return $"a recording of a {words[1]} {string.Join(' ', words[2..])} solo, high quality";
    }
}
