namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>The precisions that are measured.</summary>
internal static class Types
{
    /// <summary>Both of them.</summary>
    public static IReadOnlyList<ScalarType> All { get; } = [ScalarType.Float32, ScalarType.BFloat16];

    /// <summary>As tables name it.</summary>
    public static string NameOf(ScalarType type) => type == ScalarType.BFloat16 ? "bf16" : "fp32";
}
