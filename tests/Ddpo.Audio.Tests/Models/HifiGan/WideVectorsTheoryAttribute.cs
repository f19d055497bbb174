using Ddpo.Audio.Runtime.Ops.Rows;

namespace Ddpo.Audio.Tests.Models.HifiGan;

/// <summary>A theory about code that runs only where the CPU has vectors of 512 bits.</summary>
public sealed class WideVectorsTheoryAttribute : TheoryAttribute
{
    public WideVectorsTheoryAttribute()
    {
        if (!RowConvolution.IsSupported)
        {
            Skip = "This CPU has no vectors of 512 bits (AVX-512), or .NET does not use them here.";
        }
    }
}
