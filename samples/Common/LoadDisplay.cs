namespace Ddpo.Audio.Samples;

/// <summary>Shows the download and the loading of a model.</summary>
internal sealed class LoadDisplay(StatusLine status) : IProgress<LoadProgress>, IProgress<HubProgress>
{
    private const double Megabyte = 1e6;

    public void Report(LoadProgress value) => status.Show(() =>
        $"loading {value.Component}  {Math.Round(value.Bytes / Megabyte)} of {Math.Round(value.TotalBytes / Megabyte)} MB");

    public void Report(HubProgress value) => status.Show(() =>
        $"downloading {value.Model}  {Math.Round(value.Bytes / Megabyte)} of {Math.Round(value.TotalBytes / Megabyte)} MB");
}
