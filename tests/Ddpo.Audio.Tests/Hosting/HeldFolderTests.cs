using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Session;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio.Tests.Hosting;

/// <summary>A run's folder that another trainer has in hands.</summary>
public sealed class HeldFolderTests
{
    [Fact]
    public async Task A_container_refuses_it_before_anything_is_loaded()
    {
        using var folder = new TemporaryFolder();
        using var held = RunLock.Take(folder.Root);
        var loaded = 0;
        await using var provider = TinyHost.Provide(
            builder => builder.AddReward(TrainerFixture.Energy).UsePipeline((_, _) => throw new NotSupportedException($"{loaded++}")).AddTraining(),
            ("Checkpoints:Directory", folder.Root), ("Checkpoints:ResumeFrom", CheckpointOptions.Latest));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => provider.GetRequiredService<IDdpoTrainerFactory>().CreateAsync());
        Assert.Contains("is in use by another trainer", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, loaded);
    }
}
