using Ddpo.Audio.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Ddpo.Audio.Rewards.Onnx;

/// <summary>A model in an ONNX file that gives a vector of floats for each row of its inputs. Belongs to one thread.</summary>
internal sealed class OnnxModel : IDisposable
{
    /// <summary>Why scores of such a model cannot be differentiated.</summary>
    public const string GradientProblem =
        "its model runs in ONNX Runtime, which gives no gradients; load weights instead (a .pt or .ckpt file, or a folder with safetensors)";

    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    private OnnxModel(InferenceSession session, IEnumerable<OnnxTensor> inputs, OnnxTensor output)
    {
        _session = session;
        _inputs = [.. inputs.Select(input => input.Name)];
        _outputs = [output.Name];
        OutputWidth = session.OutputMetadata[output.Name].Dimensions[1];
    }

    /// <summary>Values in each vector; negative when the file leaves it open.</summary>
    public int OutputWidth { get; }

    /// <summary>Opens a file and checks that it has exactly these inputs and, maybe among others, this output [rows, values].</summary>
    /// <param name="path">The file.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="inputs">What it must take, in the order of <see cref="Run"/>.</param>
    /// <param name="output">What it must give.</param>
    /// <param name="logger">Told which execution provider runs it.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or has other inputs or outputs.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime or the CUDA device is absent.</exception>
    public static OnnxModel Open(string path, string device, IReadOnlyList<OnnxTensor> inputs, OnnxTensor output, ILogger logger)
    {
        var session = OnnxSession.Open(path, device);
        try
        {
            Check(path, "inputs", inputs, session.InputMetadata, mayHaveMore: false);
            Check(path, "outputs", [output], session.OutputMetadata, mayHaveMore: true);
            RewardsLog.Opened(
                logger, Path.GetFileName(path), ComputeDevice.CudaIndex(device) is { } index ? $"CUDA device {index}" : "the CPU");
            return new OnnxModel(session, inputs, output);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">A value for each input, in the order given to <see cref="Open"/>; they stay the caller's.</param>
    /// <param name="cancellationToken">Stops the model between two of its nodes.</param>
    /// <returns>A new vector for each row.</returns>
    public IReadOnlyList<float[]> Run(IReadOnlyCollection<OrtValue> inputs, CancellationToken cancellationToken)
    {
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var cancellation = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, options);
        try
        {
            using var outputs = _session.Run(options, _inputs, inputs, _outputs);
            var shape = outputs[0].GetTensorTypeAndShape().Shape;
            return [.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Chunk((int)shape[1])];
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public void Dispose() => _session.Dispose();

    private static void Check(
        string path, string kind, IReadOnlyList<OnnxTensor> expected, IReadOnlyDictionary<string, NodeMetadata> metadata, bool mayHaveMore)
    {
        var found = metadata.Select(entry => OnnxTensor.Of(entry.Key, entry.Value)).ToList();
        if (!expected.All(tensor => found.Exists(tensor.Fits)) || (!mayHaveMore && found.Count != expected.Count))
        {
            throw new CheckpointException(
                $"'{path}' is another model than expected: expected the {kind} {string.Join(", ", expected)}, found {string.Join(", ", found)}.");
        }
    }
}
