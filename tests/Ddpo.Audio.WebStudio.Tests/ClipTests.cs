using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Ddpo.Audio.WebStudio.Tests;

[Collection(nameof(StudioTests))]
public sealed class ClipTests(StudioFixture fixture)
{
    private readonly StudioProcess _studio = fixture.Studio;

    [Fact]
    public async Task A_clip_is_made_listed_and_served_whole_and_in_ranges()
    {
        var (status, clip) = await _studio.PostAsync("/api/clips", Bodies.SmallClip("Happy piano music."));
        Assert.True(status == 201, clip.ToString());
        Assert.Equal("Happy piano music.", clip.GetProperty("prompt").GetString());
        Assert.Equal(7, clip.GetProperty("seed").GetInt64());
        Assert.InRange(clip.GetProperty("scores").GetProperty("clap").GetDouble(), -1, 1);
        Assert.Contains(clip.GetProperty("scores").GetProperty("emotion").GetString(), new[] { "happy", "angry", "sad", "tender" });
        Assert.Equal(clip.GetProperty("id").GetString(), (await _studio.GetAsync("/api/clips"))[0].GetProperty("id").GetString());

        var address = clip.GetProperty("audio").GetString()!;
        using var whole = await _studio.Http.GetAsync(address);
        Assert.Equal("audio/wav", whole.Content.Headers.ContentType?.MediaType);
        Assert.Equal("bytes", Assert.Single(whole.Headers.AcceptRanges));
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        Assert.Equal(0.32, WaveFile.Read(new MemoryStream(bytes)).Duration.TotalSeconds, 3);

        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(8, 11) } };
        using var part = await _studio.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("WAVE"u8.ToArray(), await part.Content.ReadAsByteArrayAsync());

        var (_, again) = await _studio.PostAsync("/api/clips", Bodies.SmallClip("Happy piano music."));
        Assert.Equal(bytes, await _studio.Http.GetByteArrayAsync(again.GetProperty("audio").GetString()));
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_clip_is_said_at_once()
    {
        var (status, problem) = await _studio.PostAsync(
            "/api/clips", new { prompt = " ", adapter = "none/such", strength = 99, steps = 0, seconds = 1e300, guidance = -1, seed = -1 });
        Assert.Equal(400, status);
        var errors = Bodies.Errors(problem);
        Assert.Equal(["adapter", "guidance", "prompt", "seconds", "seed", "steps", "strength"], errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("The number of steps is 0; expected 1 to 200.", Assert.Single(errors["steps"]));

        (status, problem) = await _studio.PostAsync("/api/clips", new { prompt = new string('a', 501) });
        Assert.Equal(400, status);
        Assert.Contains("501 characters", Assert.Single(Bodies.Errors(problem)["prompt"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clips", """{ "steps": "many" }""", "steps", "expected a whole number")]
    [InlineData("clips", """{ "steps": 2.5 }""", "steps", "expected a whole number")]
    [InlineData("clips", """{ "steps": 99999999999 }""", "steps", "expected a whole number")]
    [InlineData("clips", """{ "seconds": true }""", "seconds", "expected a number")]
    [InlineData("clips", """{ "prompt": 3 }""", "prompt", "expected a text in quotes")]
    [InlineData("clips", """{ "prompt": "\ud800" }""", "prompt", "expected a text in quotes")]
    [InlineData("clips", """{ "promt": "a" }""", "promt", "There is no field 'promt'; expected prompt, adapter")]
    [InlineData("training", """{ "prompts": "a" }""", "prompts", "expected a list of texts")]
    [InlineData("training", """{ "prompts": [ "a", 1 ] }""", "prompts", "expected a list of texts")]
    [InlineData("training", """{ "algorithm": "dpo" }""", "algorithm", "expected \"ddpo\", \"grpo\"")]
    [InlineData("training", """{ "algorithm": 7 }""", "algorithm", "expected \"ddpo\", \"grpo\"")]
    [InlineData("training", """{ "prompt": "a" }""", "prompt", "There is no field 'prompt'; expected prompts, algorithm")]
    [InlineData("clips", "", null, "empty, or null; expected a JSON object")]
    [InlineData("clips", "null", null, "empty, or null; expected a JSON object")]
    [InlineData("training", "", null, "empty, or null; expected a JSON object")]
    [InlineData("training", "null", null, "empty, or null; expected a JSON object")]
    [InlineData("clips", "[]", null, "no object; expected a JSON object")]
    [InlineData("clips", "3", null, "no object; expected a JSON object")]
    [InlineData("clips", """{ "prompt": "a", """, null, "not valid JSON, in line 1")]
    [InlineData("clips", """{ "steps": many }""", null, "not valid JSON, in line 1")]
    public async Task A_request_that_cannot_be_read_is_answered_with_what_was_expected(string path, string body, string? field, string expected)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await _studio.Http.PostAsync("/api/" + path, content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("The request cannot be read.", problem.GetProperty("title").GetString());
        var error = field is null ? default : Assert.Single(Bodies.Errors(problem));
        Assert.Equal(field, error.Key);
        Assert.Contains(expected, field is null ? problem.GetProperty("detail").GetString() : Assert.Single(error.Value), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_null_is_as_if_it_were_left_out()
    {
        var (status, clip) = await _studio.PostAsync(
            "/api/clips", new { prompt = "happy piano", adapter = (string?)null, strength = (double?)null, steps = 2, seconds = 0.32, guidance = (double?)null, seed = 7 });
        Assert.True(status == 201, clip.ToString());
        Assert.Equal(1, clip.GetProperty("strength").GetDouble());
    }

    [Fact]
    public async Task A_cancelled_request_cancels_its_clip_and_too_many_requests_are_refused()
    {
        var before = (await _studio.GetAsync("/api/clips")).GetArrayLength();
        await using var events = await EventReader.OpenAsync(_studio);
        using (var leave = new CancellationTokenSource())
        {
            var first = _studio.PostAsync("/api/clips", Bodies.LongClip("slow organ"), leave.Token);
            await events.UntilAsync("generation", state => state.GetProperty("step").GetInt32() >= 1);
            var second = _studio.PostAsync("/api/clips", Bodies.LongClip("slow flute"), leave.Token);
            await events.UntilAsync("generation", state => state.GetProperty("asked").GetInt32() == 2);
            var (status, problem) = await _studio.PostAsync("/api/clips", Bodies.SmallClip("one too many"));
            Assert.True(status == 429, problem.ToString());

            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        }

        await events.UntilAsync("generation", state => state.GetProperty("asked").GetInt32() == 0);
        Assert.DoesNotContain(events.Seen, seen => seen.Name == "generation" && seen.Data.GetProperty("step").GetInt32() == 200);
        Assert.Equal(before, (await _studio.GetAsync("/api/clips")).GetArrayLength());
    }
}
