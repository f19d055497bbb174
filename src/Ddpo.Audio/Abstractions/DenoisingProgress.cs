namespace Ddpo.Audio;

/// <summary>How far a generation is.</summary>
/// <param name="Step">Denoising steps done, from 1.</param>
/// <param name="TotalSteps">Denoising steps in all.</param>
public readonly record struct DenoisingProgress(int Step, int TotalSteps);
