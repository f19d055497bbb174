using System.Runtime.InteropServices;

namespace Ddpo.Audio.Testing;

/// <summary>A test in fp16: on the GPU when there is one, else on the CPU when libtorch has fp16 there; skipped otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Fp16FactAttribute : Xunit.FactAttribute
{
    /// <inheritdoc cref="Fp16FactAttribute"/>
    public Fp16FactAttribute()
    {
        if (!CanMultiply())
        {
            Skip = "There is no GPU, and this libtorch cannot multiply fp16 matrices on the CPU.";
        }
    }

    /// <summary>Where to run the test.</summary>
    public static Device Device => cuda.is_available() ? CUDA : CPU;

    private static bool CanMultiply()
    {
        using var scope = NewDisposeScope();
        try
        {
            var one = ones(1, 1, ScalarType.Float16, Device);
            one.mm(one);
            return true;
        }
        catch (ExternalException)
        {
            return false;
        }
    }
}
