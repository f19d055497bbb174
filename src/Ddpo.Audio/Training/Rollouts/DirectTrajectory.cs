namespace Ddpo.Audio.Training.Rollouts;

/// <summary>The last denoising steps of a batch, all constants: enough to do each of them again. Owner of its tensors.</summary>
/// <param name="latents">What was there before each of the steps, and after the last: fp32 [steps + 1, batch, ...].</param>
/// <param name="noise">The noise of each, [steps, batch, ...].</param>
internal sealed class DirectTrajectory(Tensor latents, Tensor noise) : IDisposable
{
    /// <summary>How many steps.</summary>
    public int Steps => (int)noise.shape[0];

    /// <summary>Neighbouring samples before step <paramref name="step"/> (from 0), or after the last, as a leaf of a new graph.</summary>
    public Tensor Latents(int step, int start, int count) => latents[step].narrow(0, start, count).detach();

    /// <summary>The noise of these samples at a step.</summary>
    public Tensor Noise(int step, int start, int count) => noise[step].narrow(0, start, count);

    public void Dispose()
    {
        latents.Dispose();
        noise.Dispose();
    }
}

/// <summary>A sampled batch: its trajectory, and those that DRaFT-LV made of its end. Owner of them and of the prompts.</summary>
/// <param name="prompts">What every sample was conditioned on.</param>
internal sealed class DirectSample(IEncodedPrompts prompts) : IDisposable
{
    private readonly List<DirectTrajectory> _trajectories = [];

    /// <summary>What every sample was conditioned on.</summary>
    public IEncodedPrompts Prompts => prompts;

    /// <summary>The batch's own trajectory, then the others.</summary>
    public IReadOnlyList<DirectTrajectory> Trajectories => _trajectories;

    /// <summary>Adds a trajectory, and returns it.</summary>
    public DirectTrajectory Add(DirectTrajectory trajectory)
    {
        _trajectories.Add(trajectory);
        return trajectory;
    }

    public void Dispose()
    {
        _trajectories.ForEach(trajectory => trajectory.Dispose());
        prompts.Dispose();
    }
}

/// <summary>Decoded samples with all that led from their latents to the waveforms, waiting for the gradient of what they get. Owner of both.</summary>
/// <param name="latents">A leaf, fp32 [count, ...].</param>
/// <param name="waveforms">fp32 [count, samples].</param>
internal sealed class DecodedSamples(Tensor latents, Tensor waveforms) : IDisposable
{
    /// <summary>fp32 [count, samples].</summary>
    public Tensor Waveforms => waveforms;

    /// <summary>The gradient with respect to the latents; frees what led to the waveforms.</summary>
    /// <param name="gradient">That with respect to the waveforms, one clip after the other.</param>
    /// <param name="factor">A factor of it.</param>
    public Tensor Backpropagate(float[] gradient, double factor)
    {
        using var values = tensor(gradient).view(waveforms.shape).to(waveforms.device).Multiply(factor);
        waveforms.backward([values]);
        return latents.grad!;
    }

    public void Dispose()
    {
        latents.Dispose();
        waveforms.Dispose();
    }
}
