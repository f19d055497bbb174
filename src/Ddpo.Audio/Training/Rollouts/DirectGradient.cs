using Ddpo.Audio.Training.Algorithms.PolicyGradient;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>
/// Leads a gradient back through what made some samples of a batch: the decoder, then one denoising step after the other, each done again with
/// gradients, so that one of them at a time is in memory (gradient checkpointing).
/// </summary>
/// <param name="sampler">Does steps.</param>
/// <param name="parameters">What learns.</param>
/// <param name="isGuided">Whether the samples were made with guidance.</param>
/// <param name="options">What is in the loss, and whether gradients are normalized.</param>
internal sealed class DirectGradient(DirectSampler sampler, IPolicyParameters parameters, bool isGuided, DraftOptions options)
{
    // Below it, a gradient counts as none.
    private const double ShortestLength = 1e-20;

    /// <summary>Decodes neighbouring samples with gradients; the caller's to dispose.</summary>
    public DecodedSamples Decode(DirectTrajectory trajectory, int start, int count)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var latents = trajectory.Latents(trajectory.Steps, start, count).requires_grad_(true);
        var waveforms = sampler.Decode(latents);
        return new DecodedSamples(latents.DetachFromDisposeScope(), waveforms.DetachFromDisposeScope());
    }

    /// <summary>Adds the gradient of the loss, the weighted divergence included, to those of the parameters.</summary>
    /// <param name="prompts">Of the batch.</param>
    /// <param name="trajectory">Of the batch.</param>
    /// <param name="start">The first of the samples.</param>
    /// <param name="gradient">Of the loss with respect to their final latents, fp32 [count, ...].</param>
    /// <param name="factor">Of each sample in the loss.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    /// <returns>The sum over the samples of their divergence from the model before training, mean over the steps; 0 where it has no weight.</returns>
    public double Backpropagate(
        IEncodedPrompts prompts, DirectTrajectory trajectory, int start, Tensor gradient, double factor, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var count = (int)gradient.shape[0];
        var conditioning = prompts.Condition(start, count, isGuided);
        var divergence = zeros(1, ScalarType.Float32, gradient.device);
        Tensor? passed = null; // from one step to the one before it
        for (var i = trajectory.Steps - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using var gradients = enable_grad();
            Index index = ^(trajectory.Steps - i);
            var latents = trajectory.Latents(i, start, count).requires_grad_(i > 0);
            var (prediction, next) = sampler.Step(index, latents, trajectory.Noise(i, start, count), conditioning);
            if (options.KlWeight > 0)
            {
                divergence.AddInPlace(Pull(index, latents, prediction, conditioning, factor / trajectory.Steps).Divide(trajectory.Steps));
            }

            var arriving = passed ?? gradient;
            next.backward([options.NormalizeGradients ? Normalized(arriving, factor) : arriving]);
            passed?.Dispose();
            passed = i > 0 ? latents.grad!.MoveToOuterDisposeScope() : null;
        }

        return divergence.item<float>();
    }

    /// <summary>Each sample's gradient at the length that it shall have; 0 stays 0.</summary>
    private static Tensor Normalized(Tensor gradient, double length)
    {
        var samples = gradient.flatten(1);
        return samples.div(samples.norm(1, keepdim: true).ClampMin(ShortestLength)).Multiply(length).view_as(gradient);
    }

    /// <summary>Adds the gradient of the divergence at a step, for which the latents are constants, and returns the samples' sum. Before any other at that step.</summary>
    private Tensor Pull(Index index, Tensor latents, Tensor prediction, IConditioning conditioning, double factor)
    {
        var divergence = ReferencePull.Divergence(prediction, Reference(index, latents, conditioning)).sum();
        divergence.Multiply(options.KlWeight * factor).backward(retain_graph: true);
        latents.grad = null;
        return divergence.detach();
    }

    private Tensor Reference(Index index, Tensor latents, IConditioning conditioning)
    {
        using var noGradient = no_grad();
        using var asBefore = parameters.UseReference();
        return sampler.Predict(index, latents, conditioning);
    }
}
