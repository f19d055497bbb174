#pragma warning disable RS0030 // Held until the call returns.
namespace Ddpo.Audio.Runtime.Ops;

/// <summary>Sums of tensors, and arithmetic with numbers: as TorchSharp's, but every number is held until libtorch has read it.</summary>
/// <remarks>
/// <para>
/// libtorch takes a number as a <see cref="Scalar"/>. TorchSharp 0.107.0 makes a temporary one, passes its handle on and refers to it no more, so that a
/// garbage collection on another thread may free it while libtorch reads it: the operation then fails, or reads another number (TorchSharp's pull
/// requests 1434 and 1496). Its operators with numbers do so, and sums of tensors, which have a factor of 1.
/// </para>
/// <para>
/// Here, and nowhere else in the libraries, Scalars are made; <c>src/BannedSymbols.txt</c> has the build refuse what makes them. Kernels and
/// results are those of TorchSharp's operations. Whatever is not a Scalar is held by the dispose scope and the work of <see cref="TorchWorker"/>.
/// </para>
/// </remarks>
internal static class TensorArithmetic
{
    private static readonly Scalar s_one = 1.ToScalar();
    private static readonly Scalar s_two = 2.ToScalar();

    /// <summary>left + right</summary>
    public static Tensor Add(this Tensor left, Tensor right) => left.add(right, s_one);

    /// <summary>left + right</summary>
    public static Tensor Add(this Tensor left, double right)
    {
        using var number = right.ToScalar();
        return left.add(number, s_one);
    }

    /// <summary>left + right, of an integral tensor's type.</summary>
    public static Tensor Add(this Tensor left, long right)
    {
        using var number = right.ToScalar();
        return left.add(number, s_one);
    }

    /// <summary>left − right</summary>
    public static Tensor Subtract(this Tensor left, long right)
    {
        using var number = right.ToScalar();
        return left.sub(number);
    }

    /// <summary>left − right, for a number on the left.</summary>
    public static Tensor SubtractFrom(this Tensor right, double left) => right.negative().Add(left);

    /// <summary>left × right</summary>
    public static Tensor Multiply(this Tensor left, double right)
    {
        using var number = right.ToScalar();
        return left.mul(number);
    }

    /// <summary>left × right, of an integral tensor's type.</summary>
    public static Tensor Multiply(this Tensor left, long right)
    {
        using var number = right.ToScalar();
        return left.mul(number);
    }

    /// <summary>left ÷ right</summary>
    public static Tensor Divide(this Tensor left, double right)
    {
        using var number = right.ToScalar();
        return left.div(number);
    }

    /// <summary>x²</summary>
    public static Tensor Square(this Tensor x) => x.pow(s_two);

    /// <summary>left += right</summary>
    public static Tensor AddInPlace(this Tensor left, Tensor right) => left.add_(right, s_one);

    /// <summary>left += factor × right</summary>
    public static Tensor AddInPlace(this Tensor left, Tensor right, double factor)
    {
        using var number = factor.ToScalar();
        return left.add_(right, number);
    }

    /// <summary>left += right</summary>
    public static Tensor AddInPlace(this Tensor left, double right)
    {
        using var number = right.ToScalar();
        return left.add_(number, s_one);
    }

    /// <summary>left += factor × first × second</summary>
    public static Tensor AddProductInPlace(this Tensor left, Tensor first, Tensor second, double factor)
    {
        using var number = factor.ToScalar();
        return left.addcmul_(first, second, number);
    }

    /// <summary>left += factor × dividend ÷ divisor</summary>
    public static Tensor AddQuotientInPlace(this Tensor left, Tensor dividend, Tensor divisor, double factor)
    {
        using var number = factor.ToScalar();
        return left.addcdiv_(dividend, divisor, number);
    }

    /// <summary>left *= right</summary>
    public static Tensor MultiplyInPlace(this Tensor left, double right)
    {
        using var number = right.ToScalar();
        return left.mul_(number);
    }

    /// <summary>left /= right</summary>
    public static Tensor DivideInPlace(this Tensor left, double right)
    {
        using var number = right.ToScalar();
        return left.div_(number);
    }
}
