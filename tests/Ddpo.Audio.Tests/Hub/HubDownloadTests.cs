using System.Collections.Concurrent;
using System.Text;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Hub;

namespace Ddpo.Audio.Tests.Hub;

public sealed class HubDownloadTests : HubTest
{
    private static readonly byte[] s_large = Bytes(3_000_000, 1);

    private string Blob => Path.Combine(Folder, "blobs", FakeHub.EtagOf(Large, s_large));

    [Fact]
    public async Task Files_lie_as_Python_would_have_laid_them()
    {
        Assert.Equal(Snapshot, await GetAsync(null, Small, Large));
        Assert.Equal(Commit, File.ReadAllText(Path.Combine(Folder, "refs", "main")));
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, "unet", "model.safetensors")));
        Assert.Equal(s_large, File.ReadAllBytes(Blob));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Folder, "blobs")).Length);
        Assert.Equal(2, Directory.GetFiles(Hub.Cache[".locks/models--owner--name"]).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal($"../../../blobs/{Path.GetFileName(Blob)}", new FileInfo(Path.Combine(Snapshot, Large)).LinkTarget);
            Assert.Equal($"../../blobs/{FakeHub.EtagOf(Small, "{ \"a\": 1 }"u8.ToArray())}", new FileInfo(Path.Combine(Snapshot, Small)).LinkTarget);
        }

        // What is there is not fetched again.
        var before = Hub.Sent;
        await GetAsync(null, Small, Large);
        Assert.Equal(before, Hub.Sent);
        Assert.Equal([Small, Large], before);
    }

    [Fact]
    public async Task Without_links_files_are_moved_or_copied()
    {
        await GetWithAsync("HF_HUB_DISABLE_SYMLINKS", "1", Large);
        Assert.Null(new FileInfo(Path.Combine(Snapshot, Large)).LinkTarget);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
        Assert.False(File.Exists(Blob));

        // A blob that was there is left there, for others.
        File.Move(Path.Combine(Snapshot, Large), Blob);
        await GetWithAsync("HF_HUB_DISABLE_SYMLINKS", "1", Large);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
        Assert.True(File.Exists(Blob));
        Assert.Equal([Large], Hub.Sent);
    }

    [Fact]
    public async Task The_token_is_for_the_hub_alone()
    {
        await GetAsync(null, Small, Large);
        Assert.All(Hub.Server.Requests, request => Assert.Equal($"Bearer {FakeHub.Token}", request.Headers["Authorization"]));
        Assert.NotEmpty(Hub.Store.Requests);
        Assert.All(Hub.Store.Requests, request => Assert.False(request.HasToken));
    }

    [Fact]
    public async Task A_model_that_was_renamed_is_found()
    {
        Hub.OnServer = request => request.Path.Contains("owner/name", StringComparison.Ordinal)
            ? LocalReply.Of(307, ("Location", request.Path.Replace("owner/name", "owner/new", StringComparison.Ordinal))) : null;
        Hub.With("owner/new", (Small, "{}"u8.ToArray()));
        var folder = await GetAsync(null, Small);
        Assert.Equal("{}", File.ReadAllText(Path.Combine(folder, Small)));
    }

    [Fact]
    public async Task Circles_of_redirects_end()
    {
        Hub.OnServer = request => LocalReply.Of(307, ("Location", request.Path));
        await AssertFailsAsync(HubFailure.BadAnswer, null, [Small], "circles");
    }

    [Fact]
    public async Task What_breaks_off_is_gone_on_with()
    {
        var calls = 0;
        Hub.OnStore = request => Interlocked.Increment(ref calls) <= 7 ? FakeHub.Send(request, s_large) with { SendOnly = 300_000 } : null;
        await GetAsync(null, Large);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
        Assert.Equal([0, 300_000, 600_000, 900_000, 1_200_000, 1_500_000, 1_800_000, 2_100_000], Hub.Store.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task What_stalls_is_gone_on_with()
    {
        var calls = 0;
        Hub.OnStore = request => ++calls == 1 ? FakeHub.Send(request, s_large) with { SendOnly = 1_000_000, Stalls = true } : null;
        await GetWithAsync("HF_HUB_DOWNLOAD_TIMEOUT", "0.5", Large);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
        Assert.Equal([0, 1_000_000], Hub.Store.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task What_gets_no_further_is_given_up_and_kept_for_the_next_time()
    {
        Hub.OnStore = request => FakeHub.Send(request, s_large) with { SendOnly = request.From == 0 ? 1000 : 0 };
        await AssertFailsAsync(HubFailure.Unreachable, null, [Large], Large, "kept");
        Assert.Equal(1000, new FileInfo(Blob + ".incomplete").Length);
        Assert.InRange(Hub.Store.Requests.Count, 2, 8);

        Hub.OnStore = null;
        await GetAsync(null, Large);
        Assert.Equal(1000, Hub.Store.Requests[^1].From);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
        Assert.False(File.Exists(Blob + ".incomplete"));
    }

    [Fact]
    public async Task What_was_there_already_but_is_wrong_is_fetched_again()
    {
        Hub.Cache.Write(Path.GetRelativePath(Hub.Cache.Root, Blob + ".incomplete"), Bytes(1_000_000, 7));
        await GetAsync(null, Large);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
        Assert.Equal([1_000_000, 0], Hub.Store.Requests.Select(request => request.From));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_knows_no_ranges_sends_all_of_it(bool refuses)
    {
        Hub.Cache.Write(Path.GetRelativePath(Hub.Cache.Root, Blob + ".incomplete"), s_large[..1_000_000]);
        Hub.OnStore = request => refuses && request.From > 0 ? LocalReply.Of(416) : new(200, s_large);
        await GetAsync(null, Large);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
    }

    [Fact]
    public async Task Another_range_than_was_asked_for_is_not_taken()
    {
        Hub.Cache.Write(Path.GetRelativePath(Hub.Cache.Root, Blob + ".incomplete"), s_large[..1_000_000]);
        Hub.OnStore = request => request.From > 0
            ? new(206, s_large[2_000_000..]) { Headers = new() { ["Content-Range"] = "bytes 2000000-2999999/3000000" } } : null;
        await GetAsync(null, Large);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
    }

    [Theory]
    [InlineData(2_999_999)]
    [InlineData(3_000_001)]
    public async Task Another_size_is_refused(int size)
    {
        Hub.OnStore = _ => new(200, Bytes(size, 1));
        await AssertFailsAsync(HubFailure.Damaged, null, [Large], Large, "3000000 bytes", $"it has {size} bytes");
        AssertNothingKept();
    }

    [Fact]
    public async Task More_than_was_said_is_refused_where_the_server_does_not_say_how_much()
    {
        const int Size = 4_000_000;
        Hub.OnStore = _ => new(200, [.. Encoding.ASCII.GetBytes($"{Size:x}\r\n"), .. Bytes(Size, 1), .. "\r\n0\r\n\r\n"u8])
        {
            Headers = new() { ["Transfer-Encoding"] = "chunked" },
        };
        await AssertFailsAsync(HubFailure.Damaged, null, [Large], "more than 3000000 bytes");
        AssertNothingKept();
    }

    [Theory]
    [InlineData(Large)]
    [InlineData(Small)]
    public async Task Another_hash_is_refused(string file)
    {
        Hub.OnStore = _ => new(200, Bytes(3_000_000, 5));
        var etag = FakeHub.EtagOf(Small, "{ \"a\": 1 }"u8.ToArray());
        Hub.OnServer = request => request.Path.EndsWith(Small, StringComparison.Ordinal)
            ? new(200, "{ \"a\": 2 }"u8.ToArray()) { Headers = new() { ["ETag"] = $"\"{etag}\"" } } : null;
        await AssertFailsAsync(HubFailure.Damaged, null, [file], file, "hash");
        AssertNothingKept();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_whose_size_is_not_said_is_checked_all_the_same(bool isRight)
    {
        var etag = FakeHub.EtagOf(Small, isRight ? "{ \"a\": 1 }"u8.ToArray() : [1]);
        Hub.OnServer = request => request.Method == "HEAD" ? LocalReply.Of(200, ("ETag", $"\"{etag}\""), ("Transfer-Encoding", "chunked")) : null;
        if (isRight)
        {
            await GetAsync(null, Small);
            Assert.True(File.Exists(Path.Combine(Snapshot, Small)));
        }
        else
        {
            await AssertFailsAsync(HubFailure.Damaged, null, [Small], "hash");
            AssertNothingKept();
        }
    }

    [Fact]
    public async Task Two_who_want_the_same_at_once_fetch_it_once()
    {
        Hub.OnStore = request =>
        {
            Thread.Sleep(100);
            return null;
        };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => GetAsync(null, Small, Large))));
        Assert.Equal([Small, Large], Hub.Sent);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
    }

    [Fact]
    public async Task Cancelled_it_stops_and_goes_on_later()
    {
        using var cancel = new CancellationTokenSource();
        var options = Hub.Options;
        options.Progress = new ProgressAction<HubProgress>(_ => cancel.Cancel());
        Hub.OnStore = request => FakeHub.Send(request, s_large) with { SendOnly = 1_000_000, Stalls = true };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(options, [Large], null, cancel.Token));
        Assert.True(new FileInfo(Blob + ".incomplete").Length > 0);

        Hub.OnStore = null;
        await GetAsync(null, Large);
        Assert.True(Hub.Store.Requests[^1].From > 0);
        Assert.Equal(s_large, File.ReadAllBytes(Path.Combine(Snapshot, Large)));
    }

    [Fact]
    public async Task Progress_counts_up_to_all_bytes()
    {
        var reports = new ConcurrentQueue<HubProgress>();
        var options = Hub.Options;
        options.Progress = new ProgressAction<HubProgress>(reports.Enqueue);
        await GetAsync(options, Small, Large, "other.bin");
        Assert.Equal(reports.Select(report => report.Bytes).Order(), reports.Select(report => report.Bytes));
        Assert.Equal([Small, "other.bin", Large], reports.Select(report => report.File).Distinct().Order(StringComparer.Ordinal));
        Assert.All(reports, report => Assert.Equal((Model, 3_000_110), (report.Model, report.TotalBytes)));
        Assert.Equal(3_000_110, reports.Last().Bytes);
    }

    private void AssertNothingKept()
    {
        Assert.False(File.Exists(Blob));
        Assert.Empty(Directory.Exists(Snapshot) ? Directory.GetFiles(Snapshot, "*", SearchOption.AllDirectories) : []);
        Assert.All(Directory.GetFiles(Path.Combine(Folder, "blobs")), file => Assert.Equal(0, new FileInfo(file).Length));
        Assert.False(File.Exists(Path.Combine(Folder, "refs", "main")));
    }
}
