using System.Runtime.InteropServices;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The towers on TorchSharp.</summary>
internal sealed class TorchClapEncoder : IClapEncoder
{
    private readonly ClapModel _model;
    private readonly Device _device;

    private TorchClapEncoder(ClapModel model, Device device) => (_model, _device) = (model, device);

    /// <summary>Builds the model and fills it from <paramref name="tensors"/>, which stay the caller's.</summary>
    /// <exception cref="CheckpointException">The settings are not supported, or the tensors do not fit them.</exception>
    public static TorchClapEncoder Load(
        ClapConfig config, ITensorSource tensors, Device device, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var bytes = new BytesReport(progress, ClapLoader.Component, tensors.Entries.Values.Sum(entry => entry.Bytes));
        var model = ModelLoader.Load(
            tensors, new Placement(device, ScalarType.Float32), placement => new ClapModel(config, placement), ClapModel.Rules, bytes,
            cancellationToken: cancellationToken);
        model.eval();
        return new TorchClapEncoder(model, device);
    }

    public IReadOnlyList<float[]> EncodeAudio(Tensor logMels, CancellationToken cancellationToken)
    {
        using var vectors = _model.GetAudioFeatures(logMels);
        return Rows(vectors);
    }

    /// <summary>The device of the model.</summary>
    public Device Device => _device;

    /// <summary>Log-mels in dB [windows, 1, frames, mel bins] to vectors with an L2 norm of 1; differentiable where gradients are on.</summary>
    public Tensor AudioVectors(Tensor logMels) => _model.GetAudioFeatures(logMels);

    public IReadOnlyList<float[]> EncodeText(TokenBatch tokens, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        return Rows(_model.GetTextFeatures(tokens.Ids.ToTensor(_device), tokens.Mask.ToTensor(_device)));
    }

    public void Dispose() => _model.Dispose();

    private static float[][] Rows(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(vectors.cpu().contiguous().bytes).ToArray();
        return [.. values.Chunk((int)vectors.shape[1])];
    }
}
