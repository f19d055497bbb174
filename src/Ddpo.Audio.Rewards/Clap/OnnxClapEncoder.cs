using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Rewards.Onnx;
using Ddpo.Audio.Tokenizers;
using Microsoft.Extensions.Logging;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The towers on ONNX Runtime. Their files give vectors before the L2 normalisation.</summary>
internal sealed class OnnxClapEncoder : IClapEncoder
{
    // That of torch's F.normalize: keeps zeros from becoming NaN.
    private const double SmallestNorm = 1e-12;

    private readonly OnnxModel _audio;
    private readonly OnnxModel _text;

    private OnnxClapEncoder(OnnxModel audio, OnnxModel text) => (_audio, _text) = (audio, text);

    /// <summary>Opens a file for each tower.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, or has other inputs or outputs.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime or the CUDA device is absent.</exception>
    public static OnnxClapEncoder Open(string audioPath, string textPath, ClapFeatureConfig features, string device, ILogger logger)
    {
        var logMels = new OnnxTensor("input_features", TensorElementType.Float, OnnxTensor.Any, 1, features.Frames, features.FeatureSize);
        var ids = new OnnxTensor("input_ids", TensorElementType.Int64, OnnxTensor.Any, OnnxTensor.Any);
        var vectors = new OnnxTensor("audio_embeds", TensorElementType.Float, OnnxTensor.Any, OnnxTensor.Any);
        var audio = OnnxModel.Open(audioPath, device, [logMels], vectors, logger);
        try
        {
            OnnxTensor[] tokens = [ids, ids with { Name = "attention_mask" }];
            var textVectors = vectors with { Name = "text_embeds", Shape = [OnnxTensor.Any, audio.OutputWidth] };
            var text = OnnxModel.Open(textPath, device, tokens, textVectors, logger);
            return new OnnxClapEncoder(audio, text);
        }
        catch
        {
            audio.Dispose();
            throw;
        }
    }

    public IReadOnlyList<float[]> EncodeAudio(Tensor logMels, CancellationToken cancellationToken)
    {
        using var input = OnnxValues.Of(logMels);
        return Normalise(_audio.Run([input], cancellationToken));
    }

    public IReadOnlyList<float[]> EncodeText(TokenBatch tokens, CancellationToken cancellationToken)
    {
        using var ids = OnnxValues.Of(tokens.Ids);
        using var mask = OnnxValues.Of(tokens.Mask);
        return Normalise(_text.Run([ids, mask], cancellationToken));
    }

    public void Dispose()
    {
        _audio.Dispose();
        _text.Dispose();
    }

    private static IReadOnlyList<float[]> Normalise(IReadOnlyList<float[]> vectors)
    {
        foreach (var vector in vectors)
        {
            var norm = Math.Max(Math.Sqrt(vector.Sum(value => (double)value * value)), SmallestNorm);
            foreach (ref var value in vector.AsSpan())
            {
                value = (float)(value / norm);
            }
        }

        return vectors;
    }
}
