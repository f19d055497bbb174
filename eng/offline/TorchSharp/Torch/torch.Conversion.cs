namespace TorchSharp;

// Copies, types and devices.
public static partial class torch
{
    public static Tensor clone(Tensor input) => input.clone();
}
