using System.Security.Cryptography;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Evaluation;

/// <summary>Keeps the vectors of clips by the contents of their files, and by what made them, so that neither name nor date can make them stale.</summary>
/// <param name="folder">Where; <see langword="null"/> keeps nothing.</param>
/// <param name="embedder">Tells its vectors of a known sound, by which it is known.</param>
internal sealed class EmbeddingCache(string? folder, IAudioEmbedder embedder)
{
    private const string Windows = "windows";

    // A second of a tone that moves: other weights, rates, crops or roundings give other numbers.
    private static readonly AudioClip s_known = new(
        Enumerable.Range(0, 16000).Select(i => 0.5f * (float)Math.Sin(2e-4 * i * i) * (i % 1000 < 700 ? 1 : 0.2f)).ToArray(), 16000);

    private string? _of;

    /// <summary>The vectors of a file's clip: those that are kept, or new ones.</summary>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(string file, AudioClip clip, CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return await embedder.EmbedWindowsAsync(clip, cancellationToken).ConfigureAwait(false);
        }

        _of ??= await OfEmbedderAsync(cancellationToken).ConfigureAwait(false);
        var place = Path.Combine(folder, _of, Hash(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)) + ".safetensors");
        if (Read(place) is { } kept)
        {
            return kept;
        }

        var rows = await embedder.EmbedWindowsAsync(clip, cancellationToken).ConfigureAwait(false);
        Write(place, rows);
        return rows;
    }

    private async Task<string> OfEmbedderAsync(CancellationToken cancellationToken)
    {
        var known = await embedder.EmbedWindowsAsync(s_known, cancellationToken).ConfigureAwait(false);
        return Hash([.. known.SelectMany(row => row).SelectMany(BitConverter.GetBytes)]);
    }

    private static IReadOnlyList<float[]>? Read(string place)
    {
        if (!File.Exists(place))
        {
            return null;
        }

        try
        {
            using var scope = NewDisposeScope();
            using var file = SafetensorsFile.Open(place);
            var rows = file.Read(Windows);
            return [.. rows.data<float>().ToArray().Chunk((int)rows.shape[1])];
        }
        catch (CheckpointException)
        {
            return null; // damaged, and made anew
        }
    }

    private static void Write(string place, IReadOnlyList<float[]> rows)
    {
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        var values = tensor(rows.SelectMany(row => row).ToArray()).reshape(rows.Count, rows[0].Length);
        SafetensorsWriter.Write(place, new Dictionary<string, Tensor> { [Windows] = values }, new Dictionary<string, string>());
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..32];
}
