namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns. It takes its data's native tensor over; the data object becomes invalid.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true) : base(Take(data, requires_grad))
    {
    }

    private static IntPtr Take(torch.Tensor data, bool requires_grad) =>
        data.with_requires_grad(requires_grad).DecoupleFromNativeHandle();
}
