namespace Ddpo.Audio.Models.Layers;

/// <summary>
/// How many tensors a model may have that is built only to be looked at, so that a damaged number of layers ends in an error
/// instead of a loop without end. Owns the tensors: they go with it also when the model's constructor fails half way.
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

    public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());
}
