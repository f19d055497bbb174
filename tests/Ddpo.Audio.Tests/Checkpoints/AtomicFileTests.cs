using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_write_that_fails_halfway_leaves_the_old_file_and_nothing_else()
    {
        var path = _folder.Write("a", "old");

        var exception = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new IOException("No space left on device.");
        }));

        Assert.Contains("No space left on device.", exception.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Any_other_failure_passes_through_and_leaves_nothing_either()
    {
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(_folder["a"], _ => throw new OperationCanceledException()));

        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_reported_with_the_path()
    {
        var path = _folder[Path.Combine("gone", "a")];

        var exception = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => { }));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_removed_meanwhile_is_reported()
    {
        var folder = Directory.CreateDirectory(_folder["inner"]).FullName;

        Assert.Throws<IOException>(() => AtomicFile.Write(Path.Combine(folder, "a"), stream =>
        {
            stream.WriteByte(1);
            Directory.Delete(folder, recursive: true);
        }));

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_folder_in_the_files_place_is_reported_and_kept()
    {
        Directory.CreateDirectory(_folder["a"]);

        Assert.Throws<IOException>(() => AtomicFile.Write(_folder["a"], stream => stream.WriteByte(1)));

        Assert.True(Directory.Exists(_folder["a"]));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    public void Dispose() => _folder.Dispose();
}
