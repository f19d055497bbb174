using System.Numerics;

namespace TorchSharp;

/// <summary>A number that an operator takes beside tensors.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(torch.ScalarType type, ValueKind kind, long integer, double real, double imaginary = 0) =>
        (Type, Kind, Integer, Real, Imaginary) = (type, kind, integer, real, imaginary);

    public torch.ScalarType Type { get; }

    internal ValueKind Kind { get; }
    internal long Integer { get; }
    internal double Real { get; }
    internal double Imaginary { get; }

    public static implicit operator Scalar(byte value) => Whole(torch.ScalarType.Byte, value);
    public static implicit operator Scalar(sbyte value) => Whole(torch.ScalarType.Int8, value);
    public static implicit operator Scalar(short value) => Whole(torch.ScalarType.Int16, value);
    public static implicit operator Scalar(int value) => Whole(torch.ScalarType.Int32, value);
    public static implicit operator Scalar(long value) => Whole(torch.ScalarType.Int64, value);
    public static implicit operator Scalar(Half value) => Fraction(torch.ScalarType.Float16, (double)value);
    public static implicit operator Scalar(float value) => Fraction(torch.ScalarType.Float32, value);
    public static implicit operator Scalar(double value) => Fraction(torch.ScalarType.Float64, value);
    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, ValueKind.Bool, value ? 1 : 0, value ? 1 : 0);
    public static implicit operator Scalar((float, float) value) =>
        new(torch.ScalarType.ComplexFloat32, ValueKind.Complex, 0, value.Item1, value.Item2);
    public static implicit operator Scalar(Complex value) =>
        new(torch.ScalarType.ComplexFloat64, ValueKind.Complex, 0, value.Real, value.Imaginary);

    /// <summary>Nothing to free here; the real class holds native memory.</summary>
    public void Dispose()
    {
    }

    internal static Scalar Fraction(torch.ScalarType type, double value) =>
        new(type, ValueKind.Double, double.IsFinite(value) ? (long)value : 0, value);

    private static Scalar Whole(torch.ScalarType type, long value) => new(type, ValueKind.Int, value, value);
}
