using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>The two linear layers that lead from a tower's pooled vector to the space text and audio share. [..., hidden] to [..., projection].</summary>
internal sealed class ClapProjectionLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear1")]
    private readonly Linear _linear1;

    [ComponentName(Name = "linear2")]
    private readonly Linear _linear2;

    private readonly Func<Tensor, Tensor> _activation;

    /// <param name="hiddenSize">Features of the tower's pooled output.</param>
    /// <param name="projectionDim">Features of the shared space.</param>
    /// <param name="activation">Name of the function between the layers, as in the configuration.</param>
    /// <param name="placement">Where the parameters live.</param>
    public ClapProjectionLayer(long hiddenSize, long projectionDim, string activation, Placement placement)
        : base(nameof(ClapProjectionLayer))
    {
        _linear1 = new Linear(hiddenSize, projectionDim, placement);
        _linear2 = new Linear(projectionDim, projectionDim, placement);
        _activation = Activation.Named(activation, "projection_hidden_act");
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _linear2.call(_activation(_linear1.call(input))).MoveToOuterDisposeScope();
    }
}
