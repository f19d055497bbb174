using System.Net;
using System.Net.Http.Json;

namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>Addresses and names that try to reach what they should not.</summary>
[Collection(nameof(StudioTests))]
public sealed class AddressTests(StudioFixture fixture)
{
    private const string FileName = "pytorch_lora_weights.safetensors";

    private readonly StudioProcess _studio = fixture.Studio;

    [Fact]
    public async Task An_adapter_is_found_by_its_id_and_never_by_a_path()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_studio.Runs, "..", "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, FileName), "not to be read");
        var inside = Directory.CreateDirectory(Path.Combine(_studio.Runs, "inside", "checkpoints", "epoch-0003")).FullName;
        await File.WriteAllTextAsync(Path.Combine(inside, FileName), "not an adapter");
        Directory.CreateSymbolicLink(Path.Combine(_studio.Runs, "link"), outside);

        var listed = (await _studio.GetAsync("/api/adapters")).EnumerateArray().Select(adapter => adapter.GetProperty("id").GetString()).ToArray();
        Assert.Contains("inside/checkpoints/epoch-0003", listed);
        Assert.DoesNotContain("link", listed);
        foreach (var id in new[] { "../outside", outside, "inside/../../outside", "inside/checkpoints/../checkpoints/epoch-0003", "link", "..%2Foutside" })
        {
            var (status, problem) = await _studio.PostAsync("/api/clips", Bodies.SmallClip("piano", id));
            Assert.True(status == 400, problem.ToString());
            Assert.Equal("adapter", Assert.Single(Bodies.Errors(problem)).Key);
        }

        // One that is there and cannot be read is an error that says so, and the studio goes on.
        var (damaged, why) = await _studio.PostAsync("/api/clips", Bodies.SmallClip("piano", "inside/checkpoints/epoch-0003"));
        Assert.True(damaged == 422, why.ToString());
        Assert.Contains(FileName, why.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(201, (await _studio.PostAsync("/api/clips", Bodies.SmallClip("piano"))).Status);
    }

    [Theory]
    [InlineData("/api/clips/..%2F..%2Fappsettings.json/audio")]
    [InlineData("/api/clips/00000000000000000000000000000000/audio")]
    [InlineData("/api/nothing")]
    [InlineData("/..%2Fappsettings.json")]
    [InlineData("/appsettings.json")]
    public async Task What_is_not_there_is_not_found(string address)
    {
        using var response = await _studio.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("Studio", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "Sec-Fetch-Site", "cross-site")]
    [InlineData("POST", "Sec-Fetch-Site", "same-site")]
    [InlineData("POST", "Origin", "http://example.com")]
    [InlineData("POST", "Origin", "null")]
    [InlineData("POST", "Origin", "http://127.0.0.1:1")] // another program's page on this machine
    [InlineData("PUT", "Origin", "http://example.com")]
    [InlineData("DELETE", "Origin", "http://example.com")]
    public async Task Pages_of_other_sites_are_refused(string method, string header, string value)
    {
        foreach (var path in new[] { "/api/clips", "/api/training", "/api/training/stop", "/api/training/resume" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { }) };
            request.Headers.Add(header, value);
            using var response = await _studio.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task The_studios_own_page_is_not_refused()
    {
        using var stop = new HttpRequestMessage(HttpMethod.Post, "/api/training/stop") { Content = JsonContent.Create(new { }) };
        stop.Headers.Add("Origin", _studio.Address.GetLeftPart(UriPartial.Authority));
        stop.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var stopped = await _studio.Http.SendAsync(stop);
        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
    }

    [Fact]
    public async Task A_name_that_somebody_elses_server_gave_to_this_machines_address_is_refused()
    {
        using var rebound = new HttpRequestMessage(HttpMethod.Post, "/api/clips") { Headers = { Host = "example.com" }, Content = JsonContent.Create(new { }) };
        rebound.Headers.Add("Origin", "http://example.com");
        using var refused = await _studio.Http.SendAsync(rebound);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.DoesNotContain("prompt", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // What a form of another page can send without asking.
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task What_is_not_json_is_refused(string? type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = type is null ? null : new(type);
        foreach (var path in new[] { "/api/clips", "/api/training/stop" })
        {
            using var response = await _studio.Http.PostAsync(path, content);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
            Assert.Contains("expected application/json", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }
}
