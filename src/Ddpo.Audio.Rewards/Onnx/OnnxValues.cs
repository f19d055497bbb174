using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Ddpo.Audio.Rewards.Onnx;

/// <summary>Makes what ONNX Runtime takes, over managed memory that it reads in place. The caller disposes it.</summary>
internal static class OnnxValues
{
    /// <summary>The values of an fp32 tensor on the CPU, in its shape.</summary>
    public static OrtValue Of(Tensor floats)
    {
        using var contiguous = floats.contiguous();
        return OrtValue.CreateTensorValueFromMemory(MemoryMarshal.Cast<byte, float>(contiguous.bytes).ToArray(), floats.shape);
    }

    /// <summary>int64 [rows, tokens]; the rows have equal lengths.</summary>
    public static OrtValue Of(long[][] rows) =>
        OrtValue.CreateTensorValueFromMemory(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);
}
