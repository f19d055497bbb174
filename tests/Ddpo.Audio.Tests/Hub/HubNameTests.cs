using Ddpo.Audio.Hub;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Tests.Hub;

public sealed class HubNameTests
{
    [Theory]
    [InlineData("cvssp/audioldm2-music", "cvssp/audioldm2-music", null)]
    [InlineData("lukewys/laion_clap/music_audioset_epoch_15_esc_90.14.pt", "lukewys/laion_clap", "music_audioset_epoch_15_esc_90.14.pt")]
    [InlineData("a/b.c/d/e.onnx", "a/b.c", "d/e.onnx")]
    public void A_name_is_read(string text, string repository, string? path)
    {
        var name = HubName.Parse(text);
        Assert.Equal(new HubName(repository, path), name);
        Assert.Equal(text, name!.ToString());
    }

    [Theory]
    [InlineData("audioldm2")]
    [InlineData("/cvssp/audioldm2")]
    [InlineData("./cvssp/audioldm2")]
    [InlineData("../cvssp/audioldm2")]
    [InlineData("~/audioldm2")]
    [InlineData("C:\\models\\audioldm2")]
    [InlineData("C:/models/audioldm2")]
    [InlineData("cvssp/audioldm2/")]
    [InlineData("cvssp//audioldm2")]
    [InlineData("cvssp/..")]
    [InlineData("cvssp/a--b")]
    [InlineData("cvssp/a b")]
    [InlineData("cvssp/audioldm2/../../x")]
    [InlineData("cvssp/audioldm2\n")]
    [InlineData("models/clap.pt")]
    [InlineData("models/best.CKPT")]
    [InlineData("https://huggingface.co/cvssp/audioldm2")]
    public void What_cannot_be_a_name_is_a_path(string text) => Assert.Null(HubName.Parse(text));

    [Fact]
    public async Task A_path_that_exists_is_no_name()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["owner/name"]);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, folder["owner/name"]);
        Assert.False(HubModel.IsName(relative));
        Assert.Equal(folder["owner/name"], await HubModel.LocateAsync(
            folder["owner/name"], new() { Endpoint = "http://127.0.0.1:9" }, (_, _, _) => throw new InvalidOperationException(), NullLogger.Instance, default));
    }

    [Fact]
    public async Task What_is_neither_a_path_nor_a_name_is_said_to_be_neither()
    {
        var error = await Assert.ThrowsAsync<CheckpointException>(() => AudioLdm2Pipeline.FromPretrainedAsync("/no/such/folder"));
        Assert.Contains("no file or folder '/no/such/folder'", error.Message, StringComparison.Ordinal);
        Assert.Contains("owner/name", error.Message, StringComparison.Ordinal);
    }
}
