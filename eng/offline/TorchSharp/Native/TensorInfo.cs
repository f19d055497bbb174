using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>A tensor's metadata; the pointers belong to the tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorInfo
{
    public long* Sizes;
    public long* Strides;
    public long Elements;
    public long StorageOffset;
    public int Dimensions;
    public int DType;
    public int ElementSize;
    public int DeviceType;
    public int DeviceIndex;
    public TensorFlags Flags;
}

/// <summary>The yes-or-no part of a tensor's metadata.</summary>
[Flags]
internal enum TensorFlags
{
    RequiresGrad = 1,
    Leaf = 2,
    Contiguous = 4,
    Sparse = 8,
    Conjugate = 16,
    Negative = 32,
}
