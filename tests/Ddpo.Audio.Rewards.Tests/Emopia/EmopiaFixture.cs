using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

/// <summary>The small EMOPIA_cls checkpoints of the fixtures.</summary>
internal static class EmopiaFixture
{
    /// <summary>The task of the four quadrants; empty when the fixtures have none, as in <see cref="EmopiaFactAttribute"/>.</summary>
    public static string Quadrants { get; } = EmopiaTasks.With(outputs: 4) ?? "";

    /// <summary>A task of two halves; empty when the fixtures have none.</summary>
    public static string Halves { get; } = EmopiaTasks.With(outputs: 2) ?? "";

    /// <summary>Any task.</summary>
    public static string Any { get; } = EmopiaTasks.All[0];

    /// <summary>The settings of a task's checkpoint.</summary>
    public static EmopiaHparams Hparams(string task) => EmopiaHparams.Read(Path.Combine(EmopiaTasks.Folder(task), "hparams.yaml"));

    /// <summary>Loads the reward.</summary>
    public static Task<EmopiaReward> LoadAsync(string task, EmopiaRewardOptions? options = null) =>
        EmopiaReward.FromPretrainedAsync(EmopiaTasks.Folder(task), options);

    /// <summary>A prompt that asks for an emotion.</summary>
    public static Prompt Asking(string emotion, string key = "emotion") =>
        new($"{emotion} music") { Metadata = new Dictionary<string, string> { [key] = emotion } };

    /// <summary>A second of a tone.</summary>
    public static AudioClip Tone(int rate = 22050, int channels = 1, double seconds = 1) => new(
        Enumerable.Range(0, (int)(rate * seconds) * channels).Select(i => MathF.Sin(i / channels * 2760f / rate)).ToArray(), rate, channels);

    /// <summary>Ten seconds and a bit of a tone that rises, so that every part of it sounds different.</summary>
    public static AudioClip RisingTone(int rate)
    {
        var samples = new float[(int)(10.2 * rate)];
        for (var (i, phase) = (0, 0.0); i < samples.Length; i++, phase += 2 * Math.PI * (100 + (3000.0 * i / samples.Length)) / rate)
        {
            samples[i] = 0.5f * (float)Math.Sin(phase);
        }

        return new AudioClip(samples, rate);
    }
}
