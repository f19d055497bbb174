namespace Ddpo.Audio.Pipelines;

/// <summary>Reports the bytes read of one component among all.</summary>
/// <remarks><see cref="Progress{T}"/> would report from the thread pool, after the fact and out of order.</remarks>
/// <param name="progress">Told; nobody when null.</param>
/// <param name="component">The component being read.</param>
/// <param name="totalBytes">Bytes of all components.</param>
/// <param name="before">Bytes of the components before.</param>
internal sealed class BytesReport(IProgress<LoadProgress>? progress, string component, long totalBytes, long before = 0) : IProgress<long>
{
    public void Report(long value) => progress?.Report(new LoadProgress(component, before + value, totalBytes));
}
