using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Training.Policy;

/// <summary>Learns every weight of the UNet, in place.</summary>
internal sealed class FullPolicy : ITrainablePolicy
{
    private const string FileName = "diffusion_pytorch_model.safetensors";

    private readonly AudioLdm2UNet2DConditionModel _unet;

    /// <param name="unet">The model.</param>
    /// <param name="folder">What <see cref="Save"/> wrote, to go on from; <see langword="null"/> starts from the model as it is.</param>
    public FullPolicy(AudioLdm2UNet2DConditionModel unet, string? folder = null)
    {
        _unet = unet;
        NamedParameters = [.. unet.named_parameters().Select(named => (named.name, named.parameter))];
        if (folder is not null)
        {
            using var source = CheckpointFile.Open(Path.Combine(folder, FileName));
            StateDictLoader.Load(unet, source);
        }

        SetTrainable(true);
    }

    public IReadOnlyList<(string Name, Parameter Parameter)> NamedParameters { get; }

    public string Save(string directory)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        SafetensorsWriter.Write(path, _unet.state_dict(), new Dictionary<string, string> { ["format"] = "pt" });
        return path;
    }

    public void Dispose() => SetTrainable(false);

    private void SetTrainable(bool trainable)
    {
        foreach (var (_, parameter) in NamedParameters)
        {
            parameter.requires_grad = trainable;
        }
    }
}
