using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The scores of clips and texts, differentiated with respect to the clips' samples. Belongs to the reward's thread.</summary>
internal sealed class ClapGradient(TorchClapEncoder encoder, ClapFeatureExtractor features, ClapFrontEnd frontEnd, ClapScoring scoring)
{
    /// <summary>Scores and differentiates clips.</summary>
    /// <param name="clips">Mono clips.</param>
    /// <param name="texts">The vector of each clip's text.</param>
    /// <param name="batchSize">Clips that go through the model at once.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <exception cref="ArgumentException">A clip has several channels.</exception>
    public IReadOnlyList<ScoreGradient> Score(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<float[]> texts, int batchSize, CancellationToken cancellationToken) =>
        new ClipGradients(Windows, Vectors, encoder.Device).Score(
            clips, batchSize, (clip, vector) => scoring.Of(vector, texts[clip]), cancellationToken);

    private Tensor Vectors(IReadOnlyList<Tensor> windows) =>
        encoder.AudioVectors(stack([.. windows.Select(features.Extract)]).unsqueeze(1));

    private List<Tensor> Windows(AudioClip clip, Tensor waveform)
    {
        var heard = frontEnd.Samples(clip);
        var signal = ClipGradients.Heard(waveform, clip.SampleRate, heard, features.SampleRate, frontEnd.Filter);
        return [.. frontEnd.Offsets(heard).Select(offset => Fit(signal, offset))];
    }

    /// <inheritdoc cref="ClapFeatureExtractor.Fit"/>
    private Tensor Fit(Tensor signal, int offset)
    {
        var (length, window) = (signal.shape[0], (long)features.WindowLength);
        if (length >= window)
        {
            return signal.narrow(0, offset, window);
        }

        var times = window / length;
        return F.pad(signal.repeat(times), [0, window - (times * length)]);
    }
}
