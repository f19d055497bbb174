using Ddpo.Audio.Adapters;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>Learns every weight of the model, in place.</summary>
internal sealed class FullParameters : LearnedParameters
{
    private const string Weights = "diffusion_pytorch_model.safetensors";

    private readonly nn.Module _model;

    private FullParameters(nn.Module model)
        : base([.. model.named_parameters().Select(named => (named.name, named.parameter))])
    {
        _model = model;
        SetTrainable(true);
    }

    /// <param name="model">The model.</param>
    /// <param name="folder">What <see cref="Save"/> wrote, to go on from; <see langword="null"/> starts from the model as it is.</param>
    /// <exception cref="InvalidOperationException">The model has an adapter.</exception>
    public static FullParameters Of(nn.Module model, string? folder = null)
    {
        AdaptableLayers.RequireNone(model);
        if (folder is not null)
        {
            using var source = CheckpointFile.Open(Path.Combine(folder, Weights));
            StateDictLoader.Load(model, source);
        }

        return new FullParameters(model);
    }

    public override string FileName => Weights;

    public override IDisposable UseReference() => throw new NotSupportedException(
        "The model's own weights are trained, so that nothing is left of what they were; a reference needs adapters: UseLora.");

    public override string Save(string directory)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        SafetensorsWriter.Write(path, _model.state_dict(), new Dictionary<string, string> { ["format"] = "pt" });
        return path;
    }

    public override void Dispose()
    {
        base.Dispose();
        SetTrainable(false);
    }

    private void SetTrainable(bool trainable)
    {
        foreach (var (_, parameter) in Named)
        {
            parameter.requires_grad = trainable;
        }
    }
}
