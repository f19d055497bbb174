using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Rewards;

/// <summary>As <see cref="ClipWindows"/>, for scores that are differentiated with respect to the clips' samples; on the CPU, some clips beside others.</summary>
/// <param name="cut">The windows of a clip, each [samples], at least one; the tensor is the clip's samples, a leaf in double precision.</param>
/// <param name="run">The model: windows to a vector each, [windows, size].</param>
/// <param name="device">Where the model is.</param>
internal sealed class ClipGradients(Func<AudioClip, Tensor, IReadOnlyList<Tensor>> cut, Func<IReadOnlyList<Tensor>, Tensor> run, Device device)
{
    /// <summary>Scores and differentiates clips.</summary>
    /// <param name="clips">Mono clips.</param>
    /// <param name="batchSize">Clips that go through the model at once on a GPU.</param>
    /// <param name="score">Called on several threads at a time; the score, a scalar, of the clip of this number (from 0), by the mean of its windows' vectors [size].</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <exception cref="ArgumentException">A clip has several channels, or cannot be cut.</exception>
    public IReadOnlyList<ScoreGradient> Score(
        IReadOnlyList<AudioClip> clips, int batchSize, Func<int, Tensor, Tensor> score, CancellationToken cancellationToken)
    {
        AudioClip[][] batches = [.. clips.Chunk(device.type == DeviceType.CPU ? ClipWindows.Piece : batchSize)];
        var scores = new ScoreGradient[clips.Count];
        if (device.type == DeviceType.CPU)
        {
            SharedTensorWork.EachAlone(batches.Length, ScoreBatch); // training waits for it
        }
        else
        {
            for (var batch = 0; batch < batches.Length; batch++)
            {
                ScoreBatch(batch);
            }
        }

        return scores;

        void ScoreBatch(int batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = batch * batches[0].Length;
            ScoreAtOnce(batches[batch], (clip, vector) => score(first + clip, vector)).CopyTo(scores, first);
        }
    }

    /// <summary>What a model hears of a clip, with the gradient of the resampling; that of anything else, such as rounding to 16 bits, counts as 1.</summary>
    /// <param name="waveform">The clip's samples, a leaf.</param>
    /// <param name="from">Their rate.</param>
    /// <param name="heard">The values that are heard.</param>
    /// <param name="to">Their rate.</param>
    /// <param name="filter">The filter between the rates.</param>
    public static Tensor Heard(Tensor waveform, int from, float[] heard, int to, ResampleFilter filter)
    {
        using var scope = NewDisposeScope();
        var resampled = DifferentiableResampling.Apply(waveform, from, to, filter);
        var values = tensor(heard, ScalarType.Float64, waveform.device);
        return resampled.Add((values - resampled).detach()).MoveToOuterDisposeScope(); // [samples]
    }

    private ScoreGradient[] ScoreAtOnce(AudioClip[] clips, Func<int, Tensor, Tensor> score)
    {
        using var scope = NewDisposeScope();
        var waveforms = Array.ConvertAll(clips, Leaf);
        using var gradients = enable_grad();
        var windows = clips.Zip(waveforms, cut).ToList();
        var vectors = run([.. windows.SelectMany(of => of)]);
        var scores = new List<Tensor>();
        for (int clip = 0, first = 0; clip < clips.Length; first += windows[clip].Count, clip++)
        {
            scores.Add(score(clip, vectors.narrow(0, first, windows[clip].Count).mean([0])));
        }

        var all = stack(scores);
        all.sum().backward();
        var values = all.detach().cpu().data<float>().ToArray();
        return [.. values.Zip(waveforms, (value, waveform) =>
            new ScoreGradient(value, waveform.grad!.to(ScalarType.Float32).cpu().data<float>().ToArray()))];
    }

    private Tensor Leaf(AudioClip clip) => clip.Channels == 1
        ? tensor(clip.Samples.ToArray(), ScalarType.Float64, device).requires_grad_(true)
        : throw new ArgumentException($"Expected mono clips, found one with {clip.Channels} channels.");
}
