namespace Ddpo.Audio.Samples;

/// <summary>How far the download and the loading of a model are.</summary>
internal sealed class ModelProgress(ChangeSignal changed) : IProgress<HubProgress>, IProgress<LoadProgress>
{
    private string? _text;

    /// <summary>In words; none before the first bytes.</summary>
    public string? Text => Volatile.Read(ref _text);

    /// <inheritdoc/>
    public void Report(HubProgress value) => Show($"downloading {value.Model}", value.Bytes, value.TotalBytes);

    /// <inheritdoc/>
    public void Report(LoadProgress value) => Show($"loading {value.Component}", value.Bytes, value.TotalBytes);

    private void Show(string what, long bytes, long total)
    {
        Volatile.Write(ref _text, $"{what}: {Figures.Megabytes(bytes, total)}");
        changed.Raise();
    }
}
