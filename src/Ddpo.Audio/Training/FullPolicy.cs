using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Models.AudioLdm2;

namespace Ddpo.Audio.Training;

/// <summary>Learns every weight of the UNet, in place.</summary>
internal sealed class FullPolicy : ITrainablePolicy
{
    private readonly AudioLdm2UNet2DConditionModel _unet;

    public FullPolicy(AudioLdm2UNet2DConditionModel unet)
    {
        _unet = unet;
        Parameters = [.. unet.parameters()];
        SetTrainable(true);
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public string Save(string directory)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "diffusion_pytorch_model.safetensors");
        SafetensorsWriter.Write(path, _unet.state_dict(), new Dictionary<string, string> { ["format"] = "pt" });
        return path;
    }

    public void Dispose() => SetTrainable(false);

    private void SetTrainable(bool trainable)
    {
        foreach (var parameter in Parameters)
        {
            parameter.requires_grad = trainable;
        }
    }
}
