using System.Diagnostics.CodeAnalysis;

namespace Ddpo.Audio;

/// <summary>What learns, adapters or a whole model, as one flat buffer; the module's parameters are views of it. For use on the pipeline's thread.</summary>
/// <remarks>A change of <see cref="Values"/> in place is a change of the model, and backward adds to <see cref="Gradients"/>.</remarks>
[Experimental(ExperimentalApi.Tensors)]
public interface IPolicyParameters
{
    /// <summary>Gets all trained weights, fp32 [n]. Stays the trainer's.</summary>
    Tensor Values { get; }

    /// <summary>Gets their gradients, fp32 [n]; 0 where none has come. Stays the trainer's.</summary>
    Tensor Gradients { get; }

    /// <summary>Gets the parameters, in the buffer's order, by the names that files have.</summary>
    IReadOnlyList<(string Name, Parameter Parameter)> Named { get; }

    /// <summary>Makes the model predict as it does without adapters, until the returned object is disposed.</summary>
    /// <exception cref="NotSupportedException">Every weight of the model is trained, so that nothing is left of what it was.</exception>
    IDisposable UseReference();
}

/// <summary>Turns accumulated gradients into an update: clips them by their norm, takes an AdamW step, clears them.</summary>
[Experimental(ExperimentalApi.Tensors)]
public interface IPolicyOptimizer
{
    /// <summary>Takes a step with the accumulated gradients, in a job of several processes with the mean of the ranks' gradients, and clears them.</summary>
    /// <returns>The gradient's norm before clipping. When it is not finite the step was left out, and the weights are as before.</returns>
    /// <exception cref="InvalidOperationException">Too many steps in a row were left out (<see cref="TrainingOptions.MaxSkippedUpdates"/>).</exception>
    double Update();

    /// <summary>Forgets gradients that no update has used.</summary>
    void ZeroGradients();
}
