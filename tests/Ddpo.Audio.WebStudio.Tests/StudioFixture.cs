namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>A studio that several tests use, one after the other. Two clips may be asked for at once.</summary>
public sealed class StudioFixture : IAsyncLifetime
{
    private StudioProcess? _studio;

    internal StudioProcess Studio => _studio!;

    public async Task InitializeAsync() => _studio = await StudioProcess.StartAsync("--Studio:MaxQueuedClips", "1");

    public Task DisposeAsync() => _studio!.DisposeAsync().AsTask();
}

/// <summary>The tests that share a studio.</summary>
[CollectionDefinition(nameof(StudioTests))]
public sealed class StudioTests : ICollectionFixture<StudioFixture>;
