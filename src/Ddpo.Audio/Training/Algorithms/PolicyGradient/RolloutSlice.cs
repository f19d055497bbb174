namespace Ddpo.Audio.Training.Algorithms.PolicyGradient;

/// <summary>Some neighbouring samples of one sampled batch, ready to be trained on at any of their timesteps.</summary>
/// <remarks>
/// The samples keep the neighbours, the places and the padding that they were sampled with, so that, with one timestep in a pass, the same kernels run on the
/// same shapes and the ratio is exactly 1 before the first update.
/// </remarks>
internal sealed class RolloutSlice
{
    private readonly Tensor _latents;
    private readonly Tensor _logProbs;
    private readonly Tensor? _means;
    private readonly Tensor _timesteps;
    private readonly Tensor _rows;
    private readonly long _sampledBatch;

    /// <param name="rollout">The sampled batch, alive as long as this.</param>
    /// <param name="start">First sample.</param>
    /// <param name="advantages">Of these samples, fp32 [count] on the rollout's device.</param>
    /// <param name="guided">Whether to predict with guidance.</param>
    /// <param name="timesteps">How many timesteps of each sample are taken at once.</param>
    public RolloutSlice(Rollout rollout, long start, Tensor advantages, bool guided, int timesteps = 1)
    {
        var (count, device) = (advantages.shape[0], rollout.Latents.device);
        Conditioning = rollout.Prompts.Condition(start, count, guided, timesteps);
        Advantages = timesteps == 1 ? advantages : advantages.repeat(timesteps);
        _latents = rollout.Latents.flatten(0, 1);
        _logProbs = rollout.LogProbs.flatten();
        _means = rollout.Means?.flatten(0, 1);
        _timesteps = tensor(rollout.Timesteps.ToArray(), device: device);
        _rows = TensorFactory.Range(start, start + count, ScalarType.Int64, device);
        _sampledBatch = rollout.BatchSize;
    }

    /// <summary>What the model attends to for these samples, at as many timesteps as are taken at once.</summary>
    public IConditioning Conditioning { get; }

    /// <summary>fp32 [timesteps · count].</summary>
    public Tensor Advantages { get; }

    /// <summary>
    /// What was seen and done at the steps <paramref name="columns"/>, int64 [timesteps, count], one or several for each sample; means where they were kept.
    /// [timesteps · count, ...].
    /// </summary>
    public (Tensor Timesteps, Tensor Latents, Tensor NextLatents, Tensor LogProbs, Tensor? Means) At(Tensor columns)
    {
        var index = columns.Multiply(_sampledBatch).Add(_rows).flatten();
        return (
            _timesteps.index_select(0, columns.flatten()),
            _latents.index_select(0, index),
            _latents.index_select(0, index.Add(_sampledBatch)),
            _logProbs.index_select(0, index),
            _means?.index_select(0, index));
    }
}
