namespace Ddpo.Audio;

/// <summary>What <see cref="System.Diagnostics.CodeAnalysis.ExperimentalAttribute"/> says of the parts of the API that show tensors.</summary>
internal static class ExperimentalApi
{
    /// <summary>Own pipelines, algorithms and objectives: works, is tested, and may still change from one version to the next.</summary>
    public const string Tensors = "DDPO0001";
}
