namespace Ddpo.Audio.Training.Parameters;

/// <summary>The part of the model that learns: LoRA adapters, or all of it.</summary>
/// <remarks>Everything here runs on the pipeline's thread. Disposing it undoes what training needed, such as adapters put on.</remarks>
internal abstract class LearnedParameters(IReadOnlyList<(string Name, Parameter Parameter)> named) : IPolicyParameters, IDisposable
{
    private readonly FlatBuffer _buffer = new([.. named.Select(one => one.Parameter)]);

    public IReadOnlyList<(string Name, Parameter Parameter)> Named { get; } = named;

    public Tensor Values => _buffer.Values;

    public Tensor Gradients => _buffer.Gradients;

    public abstract IDisposable UseReference();

    /// <summary>Whether what <see cref="Save"/> writes has every bit of the values, so that a run can go on from it.</summary>
    public virtual bool IsSavedExactly => true;

    /// <summary>The name of the file that <see cref="Save"/> writes.</summary>
    public abstract string FileName { get; }

    /// <summary>Writes the trained weights into a folder, whole or not at all, and returns the file's path.</summary>
    public abstract string Save(string directory);

    public virtual void Dispose() => _buffer.Dispose();
}
