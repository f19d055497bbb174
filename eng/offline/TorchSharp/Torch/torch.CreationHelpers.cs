using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>A copy of an array of any rank.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false,
        string[]? names = null)
    {
        var type = TypeOf(rawArray.GetType().GetElementType()!);
        var sizes = new long[rawArray.Rank];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = rawArray.GetLongLength(i);
        var length = rawArray.LongLength * type.ElementSize();
        var memory = MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(rawArray), checked((int)length));
        return FromBytes(memory, sizes, type, dtype, device, requires_grad);
    }

    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        if (rawArray.Rank != 1)
            throw new ArgumentException("The input array must have rank 1.");
        if (TypeOf(rawArray.GetType().GetElementType()!) != dtype)
            throw new ArgumentException($"The elements are not of type {dtype}.");
        count = count < 0 ? rawArray.LongLength - offset : count;
        if (offset < 0 || count < 0 || offset + count > rawArray.LongLength)
            throw new ArgumentException($"{count} elements from {offset} exceed the array's {rawArray.LongLength}.");
        var size = dtype.ElementSize();
        var memory = MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(rawArray),
            checked((int)(rawArray.LongLength * size))).Slice((int)offset * size, (int)count * size);
        return FromBytes(memory, [count], dtype, null, null, requires_grad);
    }

    private static Tensor FromMemory<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> sizes, ScalarType? dtype, Device? device,
        bool requires_grad) where T : unmanaged
    {
        long elements = 1;
        foreach (var size in sizes)
            elements *= size;
        if (elements != values.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {elements} vs. {values.Length}");
        return FromBytes(MemoryMarshal.AsBytes(values), sizes.ToArray(), TypeOf(typeof(T)), dtype, device, requires_grad);
    }

    private static unsafe Tensor FromBytes(ReadOnlySpan<byte> memory, long[] sizes, ScalarType type, ScalarType? dtype,
        Device? device, bool requires_grad)
    {
        var tensor = Aten.Call("empty.memory_format", sizes, type);
        memory.CopyTo(new Span<byte>((void*)tensor.DataPointer, memory.Length));
        var wanted = dtype ?? type;
        if (wanted != type || device is not null && device.type != DeviceType.CPU)
            tensor = tensor.to(wanted, device ?? CPU, disposeAfter: true);
        return tensor.with_requires_grad(requires_grad);
    }

    private static ScalarType TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => ScalarType.Byte,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        TypeCode.Boolean => ScalarType.Bool,
        _ when type == typeof(Half) => ScalarType.Float16,
        _ => throw new NotSupportedException($"No tensor of {type.Name}"),
    };

    private static Tensor Create(string name, long[] size, ScalarType? dtype, Device? device, bool requires_grad) =>
        Aten.Call(name, size, dtype, Arg.None, InitializeDevice(device)).with_requires_grad(requires_grad);

    private static Tensor Create(string name, long[] size, ScalarType? dtype, Device? device, bool requires_grad,
        Generator? generator) =>
        Aten.Call(name, size, generator, dtype, Arg.None, InitializeDevice(device)).with_requires_grad(requires_grad);
}
