using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>
/// Whether CLAP hears the instrument that was asked for: 1 where no other instrument, in the same words, comes closer to the clip. A guard: music may
/// not become emotional by becoming the music of something else.
/// </summary>
internal sealed class InstrumentMetric(ClapReward clap) : IRewardFunction, IAsyncDisposable
{
    private static readonly string[] s_instruments = ["piano", "music box", "flute", "organ", "bass", "drums", "shaker", "siren"];

    private readonly Dictionary<string, float[][]> _texts = new(StringComparer.Ordinal);

    public string Name => "instrument";

    public static async Task<InstrumentMetric> FromPretrainedAsync(string path, CancellationToken cancellationToken) =>
        new(await ClapReward.FromPretrainedAsync(path, cancellationToken: cancellationToken));

    public async Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        var heard = await clap.EmbedAudioAsync(clips, cancellationToken);
        var hits = new float[clips.Count];
        for (var i = 0; i < hits.Length; i++)
        {
            var asked = Array.FindIndex(s_instruments, name => prompts[i].Text.Contains(name, StringComparison.Ordinal));
            var texts = await TextsAsync(prompts[i].Text, s_instruments[asked], cancellationToken);
            hits[i] = Enumerable.Range(0, texts.Length).MaxBy(other => Similarity(heard[i], texts[other])) == asked ? 1 : 0;
        }

        return hits;
    }

    public ValueTask DisposeAsync() => clap.DisposeAsync();

    private async Task<float[][]> TextsAsync(string prompt, string asked, CancellationToken cancellationToken)
    {
        if (!_texts.TryGetValue(prompt, out var embedded))
        {
            string[] texts = [.. s_instruments.Select(name => prompt.Replace(asked, name, StringComparison.Ordinal))];
            _texts[prompt] = embedded = [.. await clap.EmbedTextAsync(texts, cancellationToken)];
        }

        return embedded;
    }

    // Embeddings are of length 1.
    private static float Similarity(float[] one, float[] other) => one.Zip(other, (a, b) => a * b).Sum();
}
