using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>The newest clips, in a folder that lives as long as the studio.</summary>
internal sealed class ClipLibrary(IOptions<StudioOptions> options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Clip> _clips = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("ddpo-audio-studio-").FullName;

    /// <summary>All clips, the newest first.</summary>
    public IReadOnlyList<Clip> List()
    {
        lock (_lock)
        {
            return [.. _clips];
        }
    }

    /// <summary>Keeps a clip, and forgets the oldest ones when there are too many.</summary>
    public async Task AddAsync(Clip clip, AudioClip audio)
    {
        await audio.SaveWaveAsync(PathOf(clip), cancellationToken: CancellationToken.None);
        lock (_lock)
        {
            _clips.AddFirst(clip);
            while (_clips.Count > options.Value.KeptClips)
            {
                File.Delete(PathOf(_clips.Last!.Value));
                _clips.RemoveLast();
            }
        }
    }

    /// <summary>The file of a clip; <see langword="null"/> if there is none of that id.</summary>
    public string? FileOf(Guid id) => List().FirstOrDefault(clip => clip.Id == id) is { } clip ? PathOf(clip) : null;

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_folder)) // whoever tidies up temporary files may have been here
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string PathOf(Clip clip) => Path.Combine(_folder, $"{clip.Id:N}.wav");
}
