using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>An argument or result as it crosses to the native side.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    public ValueKind Kind;
    public int Count;
    public long Bits;

    public readonly double Real => BitConverter.Int64BitsToDouble(Bits);
}
