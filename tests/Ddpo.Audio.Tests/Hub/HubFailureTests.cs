using Ddpo.Audio.Testing.Hub;

namespace Ddpo.Audio.Tests.Hub;

/// <summary>Every refusal is told apart, and says what to do.</summary>
public sealed class HubFailureTests : HubTest
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_gated_model(int status)
    {
        OnFiles(LocalReply.Of(status, ("X-Error-Code", "GatedRepo"), ("X-Error-Message", "Access to model owner/name is restricted.")));
        await AssertFailsAsync(HubFailure.Gated, null, [Small], "gated", $"{Hub.Server.Address}{Model}", "HubOptions.Token");
    }

    [Fact]
    public async Task A_gated_model_without_a_token()
    {
        OnFiles(LocalReply.Of(401, ("X-Error-Code", "GatedRepo")));
        var options = Hub.Options;
        options.Token = null;
        if (Environment.GetEnvironmentVariable("HF_TOKEN") is null)
        {
            await AssertFailsAsync(HubFailure.Gated, options, [Small], "No token", "HF_TOKEN");
        }
    }

    [Theory]
    [InlineData(404, "RepoNotFound")]
    [InlineData(401, "RepoNotFound")]
    [InlineData(401, null)]
    [InlineData(404, null)]
    public async Task A_model_that_is_not_there_or_private(int status, string? code)
    {
        Hub.OnServer = _ => code is null ? LocalReply.Of(status) : LocalReply.Of(status, ("X-Error-Code", code));
        await AssertFailsAsync(HubFailure.RepositoryNotFound, null, [Small], "no model", "private", "no file or folder 'owner/name' here");
    }

    [Fact]
    public async Task A_token_that_is_not_accepted()
    {
        Hub.OnServer = _ => LocalReply.Of(401, ("X-Error-Message", "Invalid credentials in Authorization header"));
        await AssertFailsAsync(HubFailure.TokenRefused, null, [Small], "does not accept the token of HubOptions.Token", "settings/tokens");
        Hub.OnServer = _ => LocalReply.Of(403, ("X-Error-Message", "No\tway"));
        await AssertFailsAsync(HubFailure.TokenRefused, null, [Small], "403", "No?way");
    }

    [Fact]
    public async Task A_revision_that_is_not_there()
    {
        var options = Hub.Options;
        options.Revision = "refs/pr/9";
        await AssertFailsAsync(HubFailure.RevisionNotFound, options, [Small], "refs/pr/9", "Revision");
        Assert.Equal("/api/models/owner/name/revision/refs%2Fpr%2F9", Assert.Single(Hub.Server.Requests).Path);
    }

    [Fact]
    public async Task A_file_that_is_not_there()
    {
        await AssertFailsAsync(HubFailure.FileNotFound, null, ["no.json"], "no file 'no.json'");
        OnFiles(LocalReply.Of(404, ("X-Error-Code", "EntryNotFound")));
        await AssertFailsAsync(HubFailure.FileNotFound, null, [Small], "no file 'config.json'");
        OnFiles(LocalReply.Of(404));
        await AssertFailsAsync(HubFailure.FileNotFound, null, [Small], "no file 'config.json'");
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_passes_is_waited_for(int status)
    {
        var calls = 0;
        Hub.OnServer = _ => ++calls % 3 != 0 ? LocalReply.Of(status, ("Retry-After", "0")) : null;
        await GetAsync(null, Small);
        Assert.True(File.Exists(Path.Combine(Snapshot, Small)));

        calls = 0;
        Hub.OnStore = _ => ++calls < 3 ? LocalReply.Of(status) : null;
        Hub.OnServer = null;
        await GetAsync(null, Large);
        Assert.True(File.Exists(Path.Combine(Snapshot, Large)));
    }

    [Theory]
    [InlineData(429, HubFailure.RateLimited, "too many requests")]
    [InlineData(500, HubFailure.ServerError, "500, \"Oops\"")]
    [InlineData(502, HubFailure.ServerError, "502")]
    public async Task What_does_not_pass_is_given_up(int status, HubFailure failure, string words)
    {
        Hub.OnServer = _ => LocalReply.Of(status, ("X-Error-Message", "Oops"));
        await AssertFailsAsync(failure, null, [Small], words);
        Assert.Equal(5, Hub.Server.Requests.Count);
        Hub.OnServer = null;
        Hub.OnStore = _ => LocalReply.Of(status, ("X-Error-Message", "Oops"));
        await AssertFailsAsync(failure, null, [Large], words);
        Assert.Equal(5, Hub.Store.Requests.Count);
    }

    [Fact]
    public async Task A_long_wait_is_left_to_the_user()
    {
        Hub.OnServer = _ => LocalReply.Of(429, ("Retry-After", "3600"));
        await AssertFailsAsync(HubFailure.RateLimited, null, [Small], "3600 s");
        Assert.Single(Hub.Server.Requests);
    }

    [Fact]
    public async Task No_connection()
    {
        Hub.Server.Dispose();
        await AssertFailsAsync(HubFailure.Unreachable, null, [Small], "cannot be reached", "HF_ENDPOINT");
    }

    [Fact]
    public async Task No_answer_in_time()
    {
        Hub.OnServer = _ => new LocalReply(200, [1]) { SendOnly = 0, Stalls = true };
        var error = await Assert.ThrowsAsync<HubException>(() => GetWithAsync("HF_HUB_ETAG_TIMEOUT", "0.2", Small));
        Assert.Equal(HubFailure.Unreachable, error.Failure);
        Assert.Contains("in time", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{ \"sha\": \"main\", \"siblings\": [] }")]
    [InlineData("<html>")]
    public async Task An_answer_that_is_no_list(string text)
    {
        Hub.OnServer = _ => new(200, System.Text.Encoding.UTF8.GetBytes(text));
        await AssertFailsAsync(HubFailure.BadAnswer, null, [Small], "cannot be used");
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("unet/../../../evil.json")]
    [InlineData("/evil.json")]
    [InlineData("..\\evil.json")]
    [InlineData("C:/evil.json")]
    [InlineData("a//b")]
    [InlineData("")]
    public async Task Names_that_lead_out_of_the_folder(string name)
    {
        Hub.OnServer = request => request.Path.StartsWith("/api", StringComparison.Ordinal) ? FakeHub.Listing(Commit, Small, name) : null;
        await AssertFailsAsync(HubFailure.BadAnswer, null, [name], "not safe");
        Assert.Single(Hub.Server.Requests);
        Assert.Empty(Directory.GetFileSystemEntries(Hub.Cache.Root));
    }

    [Theory]
    [InlineData("../../../evil")]
    [InlineData("..")]
    [InlineData("")]
    public async Task Etags_that_lead_out_of_the_folder(string etag)
    {
        OnFiles(LocalReply.Of(200, ("X-Linked-Etag", $"\"{etag}\""), ("X-Linked-Size", "3")));
        await AssertFailsAsync(HubFailure.BadAnswer, null, [Small], "etag");
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written()
    {
        var options = Hub.Options;
        options.CacheFolder = Hub.Cache.Write("file", "");
        await AssertFailsAsync(HubFailure.CacheNotWritable, options, [Small], "HF_HUB_CACHE", options.CacheFolder);
    }

    private void OnFiles(LocalReply reply) => Hub.OnServer = request => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? reply : null;
}
