using Ddpo.Audio.Runtime.Ops.Rows;

namespace Ddpo.Audio.Tests.Models.HifiGan;

/// <summary>A theory about code that runs only where the CPU has vectors of 512 bits.</summary>
public sealed class WideVectorsTheoryAttribute : TheoryAttribute
{
    public WideVectorsTheoryAttribute() => Skip = Reason;

    /// <summary>Why such tests are skipped here; null where they run.</summary>
    internal static string? Reason => RowConvolution.IsSupported ? null : "This CPU has no vectors of 512 bits (AVX-512), or .NET does not use them here.";
}
