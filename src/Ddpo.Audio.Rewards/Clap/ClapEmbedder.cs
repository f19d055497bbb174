using Ddpo.Audio.Rewards.Onnx;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Audio and text of any kind to vectors with an L2 norm of 1. Owns its parts; belongs to one thread.</summary>
internal sealed class ClapEmbedder(ClapParts parts, ClapRewardOptions options) : IDisposable
{
    private readonly ClapFrontEnd _frontEnd = new(parts.Features, options, parts.QuantizesToInt16);

    /// <summary>A text's vector. Beside others its last bits would be of theirs, and a run that goes on would not be the run that was never stopped.</summary>
    public float[] EmbedText(string text, CancellationToken cancellationToken) => parts.Encoder.EncodeText(parts.Tokenize([text]), cancellationToken)[0];

    /// <summary>A vector for each clip; the mean of its windows' where it has several.</summary>
    public float[][] EmbedClips(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken) =>
        ClipWindows.MeanVectors(clips, options.BatchSize, _frontEnd.Windows, windows => EmbedWindows(windows, cancellationToken), cancellationToken);

    /// <summary>A vector for each window of a clip: of the model's length, one each second, the last ones filled up with silence, as fadtk has it.</summary>
    public List<float[]> EmbedWindows(AudioClip clip, CancellationToken cancellationToken)
    {
        var samples = _frontEnd.Samples(clip);
        var starts = Enumerable.Range(0, (samples.Length + parts.Features.SampleRate - 1) / parts.Features.SampleRate).Select(second => second * parts.Features.SampleRate);
        var vectors = new List<float[]>();
        foreach (var batch in starts.Select(start => Window(samples, start)).Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            vectors.AddRange(EmbedWindows(batch, cancellationToken));
        }

        return vectors;
    }

    /// <summary>How long a window is.</summary>
    public TimeSpan WindowLength => TimeSpan.FromSeconds((double)parts.Features.WindowLength / parts.Features.SampleRate);

    /// <summary>Why scores cannot be differentiated; null when they can.</summary>
    public string? GradientProblem => parts.Encoder is TorchClapEncoder ? null : OnnxModel.GradientProblem;

    /// <summary>The scores of clips and their gradients, in batches.</summary>
    /// <exception cref="NotSupportedException">Scores cannot be differentiated.</exception>
    public IReadOnlyList<ScoreGradient> Score(IReadOnlyList<AudioClip> clips, IReadOnlyList<float[]> texts, ClapScoring scoring, CancellationToken cancellationToken) =>
        parts.Encoder is TorchClapEncoder encoder
            ? new ClapGradient(encoder, parts.Features, _frontEnd, scoring).Score(clips, texts, options.BatchSize, cancellationToken)
            : throw new NotSupportedException($"Reward '{options.Name}' cannot be differentiated: {GradientProblem}.");

    public void Dispose() => parts.Dispose();

    private float[] Window(float[] samples, int start)
    {
        var window = new float[parts.Features.WindowLength];
        samples.AsSpan(start, Math.Min(window.Length, samples.Length - start)).CopyTo(window);
        return window;
    }

    private IReadOnlyList<float[]> EmbedWindows(IReadOnlyList<float[]> windows, CancellationToken cancellationToken) =>
        parts.Encoder is TorchClapEncoder { Device.type: DeviceType.CPU }
            ? ClipWindows.InPieces(windows, piece => EmbedAtOnce(piece, cancellationToken))
            : EmbedAtOnce(windows, cancellationToken);

    private IReadOnlyList<float[]> EmbedAtOnce(IReadOnlyList<float[]> windows, CancellationToken cancellationToken)
    {
        using var logMels = parts.Features.Extract(windows);
        return parts.Encoder.EncodeAudio(logMels, cancellationToken);
    }
}
