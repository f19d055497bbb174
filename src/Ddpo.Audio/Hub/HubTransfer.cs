namespace Ddpo.Audio.Hub;

/// <summary>Sums up the bytes of files that arrive side by side, and reports them one at a time.</summary>
internal sealed class HubTransfer(string repository, long totalBytes, IProgress<HubProgress>? progress)
{
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>Counts bytes that arrived, or, when negative, that have to be fetched again.</summary>
    public void Add(string file, long bytes)
    {
        if (progress is null || bytes == 0)
        {
            return;
        }

        lock (_lock)
        {
            _bytes += bytes;
            progress.Report(new(repository, file, _bytes, Math.Max(totalBytes, _bytes)));
        }
    }
}
