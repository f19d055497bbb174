using Ddpo.Audio.Rewards.Onnx;
using Microsoft.Extensions.Logging;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>The network in an ONNX file, which takes mel power and gives logits. The mel filters are EMOPIA_cls' own.</summary>
internal sealed class EmopiaOnnx : IEmopiaNetwork
{
    // EMOPIA_cls has these in its code, not in its settings.
    private const int FftSize = 1024;
    private const int Bands = 128;

    private readonly OnnxModel _model;

    private EmopiaOnnx(OnnxModel model, int sampleRate)
    {
        _model = model;
        var bank = new MelFilterBank(sampleRate, FftSize, Bands, 0, sampleRate / 2.0, MelScale.Htk, AreaNormalised: false);
        using var filters = tensor(bank.Weights(), [bank.Bands, bank.Bins]);
        MelFilters = filters.t().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Device Device => CPU;

    /// <inheritdoc/>
    public Tensor MelFilters { get; }

    /// <inheritdoc/>
    public int Classes => _model.OutputWidth;

    /// <summary>Opens the file.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or has other inputs or outputs.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime or the CUDA device is absent.</exception>
    public static EmopiaOnnx Open(string path, EmopiaHparams hparams, string device, ILogger logger)
    {
        var frames = (hparams.ChunkSamples / (FftSize / 2)) + 1;
        var mel = new OnnxTensor("mel", TensorElementType.Float, OnnxTensor.Any, 1, Bands, frames);
        var logits = new OnnxTensor("logits", TensorElementType.Float, OnnxTensor.Any, OnnxTensor.Any);
        var model = OnnxModel.Open(path, device, [mel], logits, logger);
        if (model.OutputWidth < 0)
        {
            model.Dispose();
            throw new CheckpointException($"'{path}' does not say how many logits it gives. Export it with only the batch as a dynamic axis.");
        }

        return new EmopiaOnnx(model, hparams.SampleRate);
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor mel, CancellationToken cancellationToken = default)
    {
        using var input = OnnxValues.Of(mel);
        var rows = _model.Run([input], cancellationToken);
        return tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, Classes]);
    }

    public void Dispose()
    {
        _model.Dispose();
        MelFilters.Dispose();
    }
}
