namespace TorchSharp;

/// <summary>One argument of an operator; anything an operator takes converts to it.</summary>
internal readonly struct Arg
{
    private readonly ValueKind _kind;
    private readonly int _count;
    private readonly long _bits;
    private readonly object? _object;

    private Arg(ValueKind kind, long bits = 0, object? value = null, int count = 0) =>
        (_kind, _bits, _object, _count) = (kind, bits, value, count);

    public static Arg None => default;

    public static Arg Of(ReadOnlySpan<long> values) => values.ToArray();
    public static Arg Of(ReadOnlySpan<torch.Tensor> values) => values.ToArray();

    public static implicit operator Arg(torch.Tensor? value) => value is null ? None : new(ValueKind.Tensor, 0, value);
    public static implicit operator Arg(long value) => new(ValueKind.Int, value);
    public static implicit operator Arg(long? value) => value is { } given ? given : None;
    public static implicit operator Arg(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is { } given ? given : None;
    public static implicit operator Arg(bool value) => new(ValueKind.Bool, value ? 1 : 0);
    public static implicit operator Arg(bool? value) => value is { } given ? given : None;
    public static implicit operator Arg(torch.ScalarType value) => new(ValueKind.Int, (long)value);
    public static implicit operator Arg(torch.ScalarType? value) => value is { } given ? given : None;
    public static implicit operator Arg(long[]? value) => value is null ? None : new(ValueKind.IntList, 0, value, value.Length);
    public static implicit operator Arg(double[]? value) => value is null ? None : new(ValueKind.DoubleList, 0, value, value.Length);
    public static implicit operator Arg(torch.Tensor?[] value) => new(ValueKind.TensorList, 0, value, value.Length);
    public static implicit operator Arg(string? value) => value is null ? None : new(ValueKind.String, 0, value, value.Length);
    public static implicit operator Arg(torch.Generator? value) => value is null ? None : new(ValueKind.Generator, 0, value);
    public static implicit operator Arg(torch.Device? value) =>
        value is null ? None : new(ValueKind.Device, (long)value.type, null, value.index);
    public static implicit operator Arg(Scalar? value) => value is null ? None : value.Kind switch
    {
        ValueKind.Complex => new(ValueKind.Complex, 0, value),
        ValueKind.Double => value.Real,
        ValueKind.Bool => value.Integer != 0,
        _ => value.Integer,
    };

    /// <summary>How many 8-byte words of scratch space <see cref="Write"/> needs.</summary>
    public int ScratchWords => _kind switch
    {
        ValueKind.IntList or ValueKind.DoubleList or ValueKind.TensorList => _count,
        ValueKind.String => (_count * 3 + 7) / 8,
        ValueKind.Complex => 2,
        _ => 0,
    };

    /// <summary>Writes the argument in native form; what it points to goes to <paramref name="scratch"/>.</summary>
    public unsafe void Write(out NativeValue native, long* scratch)
    {
        native.Kind = _kind;
        native.Count = _count;
        native.Bits = _bits;
        switch (_kind)
        {
            case ValueKind.Tensor:
                native.Bits = ((torch.Tensor)_object!).Handle;
                break;
            case ValueKind.Generator:
                native.Bits = ((torch.Generator)_object!).Handle;
                break;
            case ValueKind.IntList:
                ((long[])_object!).CopyTo(new Span<long>(scratch, _count));
                native.Bits = (nint)scratch;
                break;
            case ValueKind.DoubleList:
                ((double[])_object!).CopyTo(new Span<double>(scratch, _count));
                native.Bits = (nint)scratch;
                break;
            case ValueKind.TensorList:
                var tensors = (torch.Tensor?[])_object!;
                for (var i = 0; i < _count; i++)
                    scratch[i] = tensors[i]?.Handle ?? 0;
                native.Bits = (nint)scratch;
                break;
            case ValueKind.String:
                var bytes = new Span<byte>(scratch, _count * 3);
                native.Count = System.Text.Encoding.UTF8.GetBytes((string)_object!, bytes);
                native.Bits = (nint)scratch;
                break;
            case ValueKind.Complex:
                var scalar = (Scalar)_object!;
                scratch[0] = BitConverter.DoubleToInt64Bits(scalar.Real);
                scratch[1] = BitConverter.DoubleToInt64Bits(scalar.Imaginary);
                native.Bits = (nint)scratch;
                break;
        }
    }

    /// <summary>Keeps what the native form points to alive until here.</summary>
    public void KeepAlive() => GC.KeepAlive(_object);
}
