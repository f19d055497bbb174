using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Ddpo.Audio.Rewards.Onnx;

/// <summary>A tensor that a model takes or gives.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">Its elements.</param>
/// <param name="Shape">Its sizes; <see cref="Any"/> where any will do.</param>
internal sealed record OnnxTensor(string Name, TensorElementType Type, params IReadOnlyList<int> Shape)
{
    /// <summary>A size that is not fixed. Files say it in the same way.</summary>
    public const int Any = -1;

    /// <summary>What a file has under a name.</summary>
    public static OnnxTensor Of(string name, NodeMetadata found) =>
        found.IsTensor ? new(name, found.ElementDataType, found.Dimensions) : new(name, TensorElementType.DataTypeMax);

    /// <summary>Whether a model that has <paramref name="found"/> can be used as one that has this.</summary>
    public bool Fits(OnnxTensor found) =>
        Name == found.Name && Type == found.Type && Shape.Count == found.Shape.Count
        && Shape.Zip(found.Shape).All(sizes => sizes.First == Any || sizes.Second < 0 || sizes.First == sizes.Second);

    public override string ToString() => Type == TensorElementType.DataTypeMax
        ? $"{Name} (no tensor)"
        : $"{Name} ({Type} [{string.Join(", ", Shape.Select(size => size < 0 ? "any" : $"{size}"))}])";
}
