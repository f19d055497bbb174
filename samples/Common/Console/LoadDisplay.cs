namespace Ddpo.Audio.Samples;

/// <summary>Shows the download and the loading of a model.</summary>
internal sealed class LoadDisplay(Screen screen) : IProgress<LoadProgress>, IProgress<HubProgress>
{
    private const double Megabyte = 1e6;

    public void Report(LoadProgress value) => Show($"loading {value.Component}", value.Bytes, value.TotalBytes);

    public void Report(HubProgress value) => Show($"downloading {value.Model}", value.Bytes, value.TotalBytes);

    private void Show(string what, long bytes, long total) => screen.Show(
        () => $"{what}  {Math.Round(bytes / Megabyte)} of {Math.Round(total / Megabyte)} MB", total > 0 ? (double)bytes / total : 0);
}
