namespace Ddpo.Audio.Training.Policy;

/// <summary>The part of the model that learns: LoRA adapters, or the whole UNet.</summary>
/// <remarks>Everything here runs on the pipeline's thread. Disposing it undoes what training needed, such as adapters put on.</remarks>
internal interface ITrainablePolicy : IDisposable
{
    /// <summary>What the optimizer changes, in a stable order, by the names that the files have.</summary>
    IReadOnlyList<(string Name, Parameter Parameter)> NamedParameters { get; }

    /// <summary>Writes the trained weights into a folder, whole or not at all, and returns the file's path.</summary>
    string Save(string directory);
}
