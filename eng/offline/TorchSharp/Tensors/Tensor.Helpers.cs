namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        // libtorch's names of rounding modes.
        private static Arg Mode(RoundingMode mode) => mode == RoundingMode.None ? Arg.None : mode.ToString();

        private static Tensor Cast(Tensor result, ScalarType? type) =>
            type is { } wanted && wanted != result.dtype ? result.to(wanted, disposeAfter: true) : result;

        // The result written into a tensor that the caller gave for it.
        private static Tensor Out(Tensor result, Tensor? destination)
        {
            if (destination is null)
                return result;
            destination.copy_(result);
            result.Dispose();
            return destination;
        }

        private Tensor Replace(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
                Dispose();
            return result;
        }

        private Tensor Like(string name, ScalarType? dtype, Device? device, bool requires_grad) =>
            Aten.Call(name, this, dtype, Arg.None, device).with_requires_grad(requires_grad);
    }
}
