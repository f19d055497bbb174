using Ddpo.Audio.Hub;
using Ddpo.Audio.Testing.Hub;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Tests.Hub;

/// <summary>A hub with one small model, and ways to get files of it.</summary>
public abstract class HubTest : IDisposable
{
    protected const string Model = "owner/name";
    protected const string Small = "config.json";
    protected const string Large = "unet/model.safetensors";

    protected FakeHub Hub { get; } = new FakeHub().With(Model, (Small, "{ \"a\": 1 }"u8.ToArray()), (Large, Bytes(3_000_000, 1)), ("other.bin", Bytes(100, 2)));

    protected static string Commit { get; } = FakeHub.CommitOf(Model);

    /// <summary>The model's folder in the cache.</summary>
    protected string Folder => Hub.Cache["models--owner--name"];

    protected string Snapshot => Path.Combine(Folder, "snapshots", Commit);

    public virtual void Dispose()
    {
        Hub.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Gets files of the model, as a pipeline would.</summary>
    protected Task<string> GetAsync(HubOptions? options = null, params string[] files) => GetAsync(options, files, null, default);

    protected Task<string> GetAsync(HubOptions? options, string[] files, ILogger? logger, CancellationToken cancellationToken) => HubModel.LocateAsync(
        Model,
        options ?? Hub.Options,
        async (snapshot, _, stop) =>
        {
            await snapshot.GetAsync(files, stop);
            return snapshot.Folder;
        },
        logger ?? NullLogger.Instance,
        cancellationToken);

    /// <summary>The same with environment variables.</summary>
    protected Task<string> GetWithAsync(string variable, string value, params string[] files)
    {
        var options = Hub.Options;
        options.Offline = null;
        return HubModel.GetAsync(
            new HubName(Model, null),
            HubSettings.Of(options, new HubEnvironment(name => name == variable ? value : null, Hub.Cache.Root)),
            async (snapshot, _, stop) =>
            {
                await snapshot.GetAsync(files, stop);
                return snapshot.Folder;
            },
            NullLogger.Instance,
            default);
    }

    /// <summary>Fails unless getting files fails for a reason, in words, and without the token.</summary>
    protected async Task<HubException> AssertFailsAsync(HubFailure failure, HubOptions? options, string[] files, params string[] words)
    {
        var error = await Assert.ThrowsAsync<HubException>(() => GetAsync(options, files));
        Assert.True(failure == error.Failure, $"{error.Failure}: {error.Message}");
        Assert.All([Model, .. words], word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(FakeHub.Token, error.ToString(), StringComparison.Ordinal);
        return error;
    }
}
