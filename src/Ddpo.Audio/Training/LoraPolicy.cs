using Ddpo.Audio.Adapters;
using Ddpo.Audio.Models.AudioLdm2;

namespace Ddpo.Audio.Training;

/// <summary>Learns LoRA adapters beside the frozen UNet.</summary>
internal sealed class LoraPolicy : ITrainablePolicy
{
    private readonly LoraAdapter _adapter;

    public LoraPolicy(AudioLdm2UNet2DConditionModel unet, LoraOptions options, ulong seed)
    {
        _adapter = LoraAdapter.Create(unet, options, options.InitSeed ?? seed);
        Parameters = [.. _adapter.NamedParameters.Select(named => named.Parameter)];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public string Save(string directory)
    {
        Directory.CreateDirectory(directory);
        return LoraFile.Write(directory, _adapter);
    }

    public void Dispose() => _adapter.Dispose();
}
