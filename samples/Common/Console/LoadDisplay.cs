namespace Ddpo.Audio.Samples;

/// <summary>Shows the download and the loading of a model.</summary>
internal sealed class LoadDisplay(Screen screen) : IProgress<LoadProgress>, IProgress<HubProgress>
{
    public void Report(LoadProgress value) => Show($"loading {value.Component}", value.Bytes, value.TotalBytes);

    public void Report(HubProgress value) => Show($"downloading {value.Model}", value.Bytes, value.TotalBytes);

    private void Show(string what, long bytes, long total) => screen.Show(
        () => $"{what}  {Figures.Megabytes(bytes, total)}", total > 0 ? (double)bytes / total : 0);
}
