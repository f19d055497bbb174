namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>Something that may lie beside weights, or a tensor of a kind that is not read: known by its name, and passed over.</summary>
internal sealed class PickleUnread(string name)
{
    /// <summary>What it is, such as <c>builtins.complex</c>.</summary>
    public string Name { get; } = name;
}

/// <summary>What torch allows in a file of weights (<c>torch.load</c> with <c>weights_only</c>) and is not read here.</summary>
internal static class PickleUnreadNames
{
    /// <summary>Types and constants, which are named but not called.</summary>
    public static IEnumerable<string> Constants { get; } =
    [
        .. Names("torch", "", "complex32 complex64 complex128 uint16 uint32 uint64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz "
            + "float8_e8m0fnu float4_e2m1fn_x2 quint8 qint8 qint32 quint4x2 quint2x4 bits1x8 bits2x4 bits4x2 bits8 bits16 "
            + "uint1 uint2 uint3 uint4 uint5 uint6 uint7 int1 int2 int3 int4 int5 int6 int7 "
            + "per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric per_channel_affine_float_qparams"),
        .. Names("torch", "Storage", "ComplexFloat ComplexDouble QUInt8 QInt8 QInt32 QUInt4x2 QUInt2x4"),
        .. new[] { "torch", "torch.cuda", "torch.sparse", "torch.cuda.sparse" }
            .SelectMany(module => Names(module, "Tensor", "Double Float Half BFloat16 Long Int Short Char Byte Bool")),
    ];

    /// <summary>What is called; whatever it is called with, it is not done.</summary>
    public static IEnumerable<string> Functions { get; } =
    [
        "builtins.complex", "__builtin__.complex", "builtins.bytearray", "__builtin__.bytearray", "torch.Tensor", "torch.serialization._get_layout",
        .. Names("torch._utils", "", "_rebuild_qtensor _rebuild_sparse_tensor _rebuild_meta_tensor_no_storage _rebuild_wrapper_subclass"),
    ];

    private static IEnumerable<string> Names(string module, string ending, string names) =>
        names.Split(' ').Select(name => $"{module}.{name}{ending}");
}
