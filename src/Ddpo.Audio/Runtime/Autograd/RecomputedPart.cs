namespace Ddpo.Audio.Runtime.Autograd;

/// <summary>A part of a model that is run again for its gradients.</summary>
/// <param name="part">The part.</param>
/// <param name="work">What it is run in, if anything.</param>
internal sealed class RecomputedPart(Func<Tensor, Tensor> part, CurrentWork? work)
{
    /// <summary>Runs it.</summary>
    public Tensor Run(Tensor input) => part(input);

    /// <summary>Runs it again, and adds to its parameters' gradients. libtorch calls, so that nothing may be thrown where there is a work that can tell later.</summary>
    /// <param name="input">What it ran with.</param>
    /// <param name="gradient">Of its result; disposed.</param>
    /// <returns>Of its input, where that asks for one; kept alive by the work.</returns>
    public Tensor? GradientOf(Tensor input, Tensor gradient)
    {
        using var given = gradient;
        if (work is not { HasFailed: true })
        {
            try
            {
                var result = Recompute(input, gradient);
                work?.Lend([result]);
                return result;
            }
#pragma warning disable CA1031 // Whatever it is, it belongs to the one who awaits the work.
            catch (Exception exception) when (work is not null)
#pragma warning restore CA1031
            {
                work.Fail(exception);
            }
        }

        return null;
    }

    // libtorch's own threads have neither a dispose scope nor gradients on.
    private Tensor? Recompute(Tensor input, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = input.detach().requires_grad_(input.requires_grad);
        var result = part(leaf);
        if (result.requires_grad)
        {
            result.backward([gradient]);
        }

        return leaf.grad?.DetachFromDisposeScope();
    }
}
