namespace Ddpo.Audio.Samples;

/// <summary>Hands on denoising steps at once, on the thread that makes them.</summary>
internal sealed class StepProgress(Action<DenoisingProgress> report) : IProgress<DenoisingProgress>
{
    public void Report(DenoisingProgress value) => report(value);
}
