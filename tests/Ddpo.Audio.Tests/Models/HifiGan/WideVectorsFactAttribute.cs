namespace Ddpo.Audio.Tests.Models.HifiGan;

/// <summary>A fact about code that runs only where the CPU has vectors of 512 bits.</summary>
public sealed class WideVectorsFactAttribute : FactAttribute
{
    public WideVectorsFactAttribute() => Skip = WideVectorsTheoryAttribute.Reason;
}
