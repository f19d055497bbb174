namespace Ddpo.Audio.Runtime.Autograd;

/// <summary>
/// Runs a part of a model without keeping what its gradients take, and runs it again when they are asked for: PyTorch's <c>torch.utils.checkpoint</c>, in its
/// reentrant form. The gradients are, bit for bit, those of a run that keeps all.
/// </summary>
/// <remarks>
/// Gradients of parameters are added to their <c>grad</c>; a <c>backward</c> that names its inputs must not name them, for it does not see them. For a GPU,
/// libtorch calls back on a thread of its own.
/// </remarks>
internal sealed class GradientCheckpoint : autograd.MultiTensorFunction<GradientCheckpoint>
{
    private const string Part = "part";

    /// <summary>For TorchSharp's messages.</summary>
    public override string Name => nameof(GradientCheckpoint);

    /// <summary>Runs a part; the result belongs to the current scope.</summary>
    /// <param name="part">What it reads besides its input must live, and stay as it is, until the gradients are made.</param>
    /// <param name="input">Its input.</param>
    public static Tensor Run(Func<Tensor, Tensor> part, Tensor input)
    {
        using var scope = NewDisposeScope(); // also of the empty copy of the result that TorchSharp makes
        var recomputed = new RecomputedPart(part, CurrentWork.Here);

        // The parameters are none of the inputs: something must ask for gradients in their place where the input does not.
        var result = input.requires_grad ? apply(recomputed, input)[0] : apply(recomputed, input, zeros(1, requires_grad: true))[0];
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Called by TorchSharp, without gradients: the part, its input, and perhaps what asks for gradients.</summary>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (part, input) = ((RecomputedPart)vars[0], (Tensor)vars[1]);
        ctx.set_materialize_grads(false);
        ctx.save_data(Part, part);
        ctx.save_for_backward([input]);
        return [part.Run(input)];
    }

    /// <summary>Called by libtorch: one gradient for each of the inputs.</summary>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var input = ctx.get_saved_variables()[0];
        var gradient = ((RecomputedPart)ctx.get_data(Part)).GradientOf(input, grad_outputs[0])!;
        return input.requires_grad ? [null!, gradient] : [null!, gradient, null!];
    }
}
