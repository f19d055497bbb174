using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Hub;

namespace Ddpo.Audio.Tests.Hub;

/// <summary>What is in the cache, by Python or from before.</summary>
public sealed class HubCacheTests : HubTest
{
    private static readonly byte[] s_small = "{ \"a\": 1 }"u8.ToArray();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_Python_left_is_found_without_a_connection(bool links)
    {
        Lay(links);
        Hub.Server.Dispose();
        var options = Hub.Options;
        options.Offline = true;
        Assert.Equal(Snapshot, await GetAsync(options, Small, Large));
        options.Revision = Commit;
        Assert.Equal(Snapshot, await GetAsync(options, Small, Large));
        Assert.Equal(Snapshot, await GetWithAsync("HF_HUB_OFFLINE", "1", Small));
        Assert.Empty(Hub.Server.Requests);
    }

    [Fact]
    public async Task What_Python_left_is_not_fetched_again()
    {
        Lay(links: !OperatingSystem.IsWindows());
        Assert.Equal(Snapshot, await GetAsync(null, Small, Large));
        Assert.Single(Hub.Server.Requests); // where main is
        Assert.Equal(Commit, File.ReadAllText(Path.Combine(Folder, "refs", "main")));
    }

    [Fact]
    public async Task A_commit_that_is_there_is_not_asked_for()
    {
        Lay(links: false);
        var options = Hub.Options;
        options.Revision = Commit;
        Assert.Equal(Snapshot, await GetAsync(options, Small));
        Assert.Empty(Hub.Server.Requests);

        // But what it lacks is.
        await GetAsync(options, Small, "other.bin");
        Assert.Equal(["other.bin"], Hub.Sent);
        Assert.Equal(["main"], Directory.GetFiles(Path.Combine(Folder, "refs")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_blob_that_is_there_is_linked()
    {
        Lay(links: false);
        Directory.Delete(Snapshot, recursive: true);
        Hub.Cache.Write(Path.Combine("models--owner--name", "blobs", FakeHub.EtagOf(Small, s_small)), s_small);
        await GetAsync(null, Small);
        Assert.Equal(s_small, File.ReadAllBytes(Path.Combine(Snapshot, Small)));
        Assert.Empty(Hub.Sent);
    }

    [LinuxFact]
    public async Task A_link_to_a_blob_that_was_removed_is_mended()
    {
        Lay(links: true);
        Directory.Delete(Path.Combine(Folder, "blobs"), recursive: true);
        await GetAsync(null, Small, Large);
        Assert.Equal(s_small, File.ReadAllBytes(Path.Combine(Snapshot, Small)));
        Assert.Equal([Small, Large], Hub.Sent);
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_is_gone_without()
    {
        Lay(links: false);
        Hub.Server.Dispose();
        using var log = new LogLines();
        Assert.Equal(Snapshot, await GetAsync(null, [Small, Large], log, default));
        var warning = Assert.Single(log.Warnings);
        Assert.Contains(Commit, warning, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeHub.Token, warning, StringComparison.Ordinal);
        await AssertFailsAsync(HubFailure.Unreachable, null, ["other.bin"], "cannot be reached");
    }

    [Fact]
    public async Task Offline_what_is_not_there_is_named()
    {
        var options = Hub.Options;
        options.Offline = true;
        await AssertFailsAsync(HubFailure.NotInCache, options, [Small], "HF_HUB_OFFLINE", Hub.Cache.Root, "'main'");
        Lay(links: false);
        await AssertFailsAsync(HubFailure.NotInCache, options, [Small, "other.bin"], "other.bin", "with a connection");
        options.Revision = "v2";
        await AssertFailsAsync(HubFailure.NotInCache, options, [Small], "'v2'");
        Assert.Empty(Hub.Server.Requests);
    }

    [Fact]
    public async Task A_reference_that_is_damaged_is_none()
    {
        Lay(links: false);
        File.WriteAllText(Path.Combine(Folder, "refs", "main"), "../../../..");
        var options = Hub.Options;
        options.Offline = true;
        await AssertFailsAsync(HubFailure.NotInCache, options, [Small]);
    }

    // As huggingface_hub does: where it can make links, and where it cannot.
    private void Lay(bool links)
    {
        const string Root = "models--owner--name";
        Hub.Cache.Write($"{Root}/refs/main", Commit);
        Directory.CreateDirectory(Hub.Cache[$"{Root}/.no_exist/{Commit}"]);
        foreach (var (name, content) in new[] { (Small, s_small), (Large, Bytes(3_000_000, 1)) })
        {
            if (!links)
            {
                Hub.Cache.Write($"{Root}/snapshots/{Commit}/{name}", content);
                continue;
            }

            var etag = FakeHub.EtagOf(name, content);
            Hub.Cache.Write($"{Root}/blobs/{etag}", content);
            var path = Hub.Cache[$"{Root}/snapshots/{Commit}/{name}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.CreateSymbolicLink(path, (name.Contains('/', StringComparison.Ordinal) ? "../../../blobs/" : "../../blobs/") + etag);
        }
    }
}
