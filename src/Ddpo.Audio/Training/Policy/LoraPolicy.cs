using Ddpo.Audio.Adapters;

namespace Ddpo.Audio.Training.Policy;

/// <summary>Learns LoRA adapters beside the frozen UNet.</summary>
/// <param name="adapter">On the model until this is disposed.</param>
internal sealed class LoraPolicy(LoraAdapter adapter) : ITrainablePolicy
{
    public IReadOnlyList<(string Name, Parameter Parameter)> NamedParameters { get; } = [.. adapter.NamedParameters];

    public string Save(string directory)
    {
        Directory.CreateDirectory(directory);
        return LoraFile.Write(directory, adapter);
    }

    public void Dispose() => adapter.Dispose();
}
