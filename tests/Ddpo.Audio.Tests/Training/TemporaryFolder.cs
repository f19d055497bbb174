namespace Ddpo.Audio.Tests.Training;

/// <summary>An empty folder that goes away with its owner.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ddpo-audio-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
