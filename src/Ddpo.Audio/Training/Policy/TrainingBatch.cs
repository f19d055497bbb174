using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Training.Policy;

/// <summary>Some neighbouring samples of one sampled batch, ready to be trained on at any of their timesteps.</summary>
/// <remarks>
/// The samples keep the neighbours, the places and the padding that they were sampled with, so that the same kernels run on the
/// same shapes and the ratio is exactly 1 before the first update.
/// </remarks>
internal sealed class TrainingBatch
{
    private readonly Tensor _latents;
    private readonly Tensor _logProbs;
    private readonly Tensor _timesteps;
    private readonly Tensor _rows;
    private readonly long _sampledBatch;

    /// <param name="trajectory">The sampled batch, alive as long as this.</param>
    /// <param name="start">First sample.</param>
    /// <param name="count">Samples.</param>
    /// <param name="advantages">Of the whole sampled batch, fp32 [batch] on the trajectory's device.</param>
    /// <param name="text">What the UNet attends to for these samples.</param>
    public TrainingBatch(DenoisingTrajectory trajectory, long start, long count, Tensor advantages, TextConditioning text)
    {
        var device = trajectory.Latents.device;
        Text = text;
        AdvantageValues = advantages.narrow(0, start, count);
        _latents = trajectory.Latents.flatten(0, 1);
        _logProbs = trajectory.LogProbs.flatten();
        _timesteps = tensor(trajectory.Schedule.Timesteps.ToArray(), device: device);
        _rows = TensorFactory.Range(start, start + count, ScalarType.Int64, device);
        _sampledBatch = trajectory.BatchSize;
    }

    /// <summary>What the UNet attends to: [negative, positive] rows, or positive ones.</summary>
    public TextConditioning Text { get; }

    /// <summary>fp32 [count].</summary>
    public Tensor AdvantageValues { get; }

    /// <summary>What was seen and done at the steps <paramref name="columns"/>, int64 [count], one for each sample.</summary>
    public (Tensor Timesteps, Tensor Latents, Tensor NextLatents, Tensor LogProbs) At(Tensor columns)
    {
        var index = columns.Multiply(_sampledBatch).Add(_rows);
        return (
            _timesteps.index_select(0, columns),
            _latents.index_select(0, index),
            _latents.index_select(0, index.Add(_sampledBatch)),
            _logProbs.index_select(0, index));
    }
}
