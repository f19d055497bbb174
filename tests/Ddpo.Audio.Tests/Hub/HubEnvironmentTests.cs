using Ddpo.Audio.Hub;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Hub;

/// <summary>What the environment variables of Python's huggingface_hub mean here.</summary>
public sealed class HubEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("~/.cache/huggingface/hub")]
    [InlineData("/x/huggingface/hub", "XDG_CACHE_HOME", "/x")]
    [InlineData("/h/hub", "XDG_CACHE_HOME", "/x", "HF_HOME", "/h")]
    [InlineData("/old", "HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old")]
    [InlineData("/new", "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/new")]
    [InlineData("~/mine", "HF_HUB_CACHE", "~/mine")]
    [InlineData("~/.cache/huggingface/hub", "HF_HUB_CACHE", "", "HF_HOME", " ")]
    public void The_cache_is_where_Python_has_it(string expected, params string[] variables) =>
        Assert.Equal(expected.Replace("~", _home.Root, StringComparison.Ordinal), Of(variables).CacheFolder.Replace('\\', '/'));

    [Theory]
    [InlineData(false)]
    [InlineData(true, "HF_HUB_OFFLINE", "1")]
    [InlineData(true, "HF_HUB_OFFLINE", "on")]
    [InlineData(true, "TRANSFORMERS_OFFLINE", "True")]
    [InlineData(false, "HF_HUB_OFFLINE", "0")]
    [InlineData(false, "HF_HUB_OFFLINE", "no")]
    public void Offline_is_what_Python_takes_for_it(bool expected, params string[] variables) => Assert.Equal(expected, Of(variables).IsOffline);

    [Fact]
    public void A_token_comes_from_a_variable_or_a_file()
    {
        Assert.Null(Of().FindToken());
        var file = _home.Write(".cache/huggingface/token", "hf_of_file\n");
        var other = _home.Write("other", "hf_of_other");
        Assert.Equal(("hf_of_file", $"the file '{file}'"), Of().FindToken());
        Assert.Equal("hf_of_other", Of("HF_TOKEN_PATH", other).FindToken()?.Token);
        Assert.Equal(("hf_of_variable", "the environment variable HF_TOKEN"), Of("HF_TOKEN", "hf_of_variable\n", "HF_TOKEN_PATH", other).FindToken());
        Assert.Null(Of("HF_TOKEN", "hf_of_variable", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").FindToken());
        Assert.Equal("hf_own", Settings(new() { Token = "hf_own" }, "HF_TOKEN", "hf_of_variable", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").Token);
    }

    [Fact]
    public void Options_come_before_variables()
    {
        string[] variables = ["HF_ENDPOINT", "https://mirror.example/", "HF_HUB_CACHE", "/cache", "HF_HUB_OFFLINE", "1", "HF_HUB_ETAG_TIMEOUT", "2.5"];
        var settings = Settings(new(), variables);
        Assert.Equal(
            ("https://mirror.example/", true, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(10)),
            (settings.Endpoint.ToString(), settings.IsOffline, settings.AnswerTimeout, settings.DownloadTimeout));
        settings = Settings(new() { Endpoint = "http://127.0.0.1:1/hub", CacheFolder = _home.Root, Offline = false }, variables);
        Assert.Equal(("http://127.0.0.1:1/hub/", _home.Root, false), (settings.Endpoint.ToString(), settings.CacheFolder, settings.IsOffline));
        Assert.Equal("https://huggingface.co/", Settings(new()).Endpoint.ToString());
    }

    [Fact]
    public void What_cannot_be_used_is_refused_and_a_token_never_shown()
    {
        Assert.Contains("Revision", Assert.Throws<ArgumentException>(() => Settings(new() { Revision = "../x" })).Message, StringComparison.Ordinal);
        Assert.Contains("Variant", Assert.Throws<ArgumentException>(() => Settings(new() { Variant = "a/b" })).Message, StringComparison.Ordinal);
        Assert.Contains("Endpoint", Assert.Throws<ArgumentException>(() => Settings(new() { Endpoint = "huggingface" })).Message, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", Assert.Throws<ArgumentException>(() => Settings(new(), "HF_ENDPOINT", "ftp://x")).Message, StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => Settings(new(), "HF_TOKEN", "hf_sec ret"));
        Assert.Contains("HF_TOKEN", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_sec", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_no_setting()
    {
        Assert.DoesNotContain("Token", SettingsJson.Of(new HubOptions { Token = "hf_secret" }).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", System.Text.Json.JsonSerializer.Serialize(new HubOptions { Token = "hf_secret" }), StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", Settings(new() { Token = "hf_secret" }).ToString()!, StringComparison.Ordinal);
    }

    private HubEnvironment Of(params string[] variables)
    {
        var values = variables.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(values.GetValueOrDefault, _home.Root);
    }

    private HubSettings Settings(HubOptions options, params string[] variables) => HubSettings.Of(options, Of(variables));
}
