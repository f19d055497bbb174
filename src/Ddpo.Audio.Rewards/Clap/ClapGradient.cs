using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The cosine of clips and texts, differentiated with respect to the clips' samples. Belongs to the reward's thread.</summary>
internal sealed class ClapGradient(TorchClapEncoder encoder, ClapFeatureExtractor features, ClapFrontEnd frontEnd)
{
    /// <summary>Scores and differentiates clips, all in one pass of the model.</summary>
    /// <param name="clips">Mono clips.</param>
    /// <param name="texts">The vector of each clip's text.</param>
    /// <exception cref="ArgumentException">A clip has several channels.</exception>
    public IReadOnlyList<ScoreGradient> Score(IReadOnlyList<AudioClip> clips, IReadOnlyList<float[]> texts)
    {
        using var scope = NewDisposeScope();
        var waveforms = clips.Select(Leaf).ToList();
        using var gradients = enable_grad();
        var windows = clips.Zip(waveforms, Windows).ToList();
        var vectors = encoder.AudioVectors(stack(windows.SelectMany(of => of.Select(window => features.Extract(window)))).unsqueeze(1));
        var scores = new List<Tensor>();
        for (int clip = 0, first = 0; clip < clips.Count; first += windows[clip].Count, clip++)
        {
            using var text = tensor(texts[clip], device: encoder.Device);
            scores.Add((vectors.narrow(0, first, windows[clip].Count).mean([0]) * text).sum());
        }

        var all = stack(scores);
        all.sum().backward();
        var values = all.detach().cpu().data<float>().ToArray();
        return [.. values.Zip(waveforms, (score, waveform) => new ScoreGradient(score, waveform.grad!.to(ScalarType.Float32).cpu().data<float>().ToArray()))];
    }

    private Tensor Leaf(AudioClip clip) => clip.Channels == 1
        ? tensor(clip.Samples.ToArray(), ScalarType.Float64, encoder.Device).requires_grad_(true)
        : throw new ArgumentException($"Expected mono clips, found one with {clip.Channels} channels.");

    /// <summary>What the model hears, with the gradient of the resampling; that of rounding to 16 bits counts as 1.</summary>
    private List<Tensor> Windows(AudioClip clip, Tensor waveform)
    {
        var heard = frontEnd.Samples(clip);
        var resampled = DifferentiableResampling.Apply(waveform, clip.SampleRate, features.SampleRate, frontEnd.Filter);
        using var values = tensor(heard, ScalarType.Float64, encoder.Device);
        var signal = resampled.Add((values - resampled).detach()); // [samples]
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
