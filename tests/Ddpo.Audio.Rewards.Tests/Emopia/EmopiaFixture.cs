using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

/// <summary>The small EMOPIA_cls checkpoints of the fixtures.</summary>
internal static class EmopiaFixture
{
    /// <summary>The folder of a task's checkpoint.</summary>
    public static string Folder(string task) => Fixtures.Path("rewards", "emopia", "best_weight", "wav", task);

    /// <summary>The settings of a task's checkpoint.</summary>
    public static EmopiaHparams Hparams(string task) => EmopiaHparams.Read(Path.Combine(Folder(task), "hparams.yaml"));

    /// <summary>Loads the reward.</summary>
    public static Task<EmopiaReward> LoadAsync(string task, EmopiaRewardOptions? options = null) =>
        EmopiaReward.FromPretrainedAsync(Folder(task), options);

    /// <summary>A prompt that asks for an emotion.</summary>
    public static Prompt Asking(string emotion, string key = "emotion") =>
        new($"{emotion} music") { Metadata = new Dictionary<string, string> { [key] = emotion } };

    /// <summary>A second of a tone.</summary>
    public static AudioClip Tone(int rate = 22050, int channels = 1, double seconds = 1) => new(
        Enumerable.Range(0, (int)(rate * seconds) * channels).Select(i => MathF.Sin(i / channels * 2760f / rate)).ToArray(), rate, channels);
}
