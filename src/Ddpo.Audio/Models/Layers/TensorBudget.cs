namespace Ddpo.Audio.Models.Layers;

/// <summary>
/// How many tensors a model may have while it is built, so that a damaged number of layers ends in an error
/// instead of a loop without end. Owns the tensors until they are released: they go with it when the model's constructor fails half way.
/// </summary>
internal sealed class TensorBudget(int limit) : IDisposable
{
    private readonly List<Tensor> _tensors = [];

    /// <summary>Takes a tensor over.</summary>
    /// <exception cref="CheckpointException">There are more than allowed.</exception>
    public void Add(Tensor tensor)
    {
        _tensors.Add(tensor);
        if (_tensors.Count > limit)
        {
            throw new CheckpointException(
                $"they ask for more than {limit} tensors, and the weights are far fewer. Check that config.json belongs to the "
                + "weights, and that these are complete.");
        }
    }

    /// <summary>Leaves the tensors to the model, which is there.</summary>
    public void Release() => _tensors.Clear();

    public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());
}
