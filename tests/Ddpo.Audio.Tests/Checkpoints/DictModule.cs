namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>A model whose state is a list of buffers, zero at first, under any names.</summary>
internal sealed class DictModule : nn.Module
{
    public DictModule(IEnumerable<(string Name, ScalarType Dtype, long[] Shape)> tensors)
        : base(nameof(DictModule))
    {
        foreach (var (name, dtype, shape) in tensors)
        {
            State.Add(name, zeros(shape, dtype).DetachFromDisposeScope());
        }
    }

    public Dictionary<string, Tensor> State { get; } = [];

    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        destination ??= [];
        foreach (var (name, tensor) in State)
        {
            destination.Add($"{prefix}{name}", tensor);
        }

        return destination;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in State.Values)
        {
            tensor.Dispose();
        }

        base.Dispose(disposing);
    }
}
