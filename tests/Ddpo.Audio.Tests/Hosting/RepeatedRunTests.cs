using Ddpo.Audio.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio.Tests.Hosting;

/// <summary>What a run writes of its settings starts the same run in a container.</summary>
public sealed class RepeatedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_of_a_container_is_repeated_from_its_settings()
    {
        var epochs = await TrainAsync(TinyHost.Section(
            ("Checkpoints:Directory", _folder["first"]), ("Checkpoints:Overwrite", "true"), ("Validation:EveryEpochs", "0"), ("Seed", null),
            ("Prompts:Metadata:emotion", "sad"), ("Rewards:energy:Weight", "0.5"), ("Rewards:other", "false"), ("Rewards:energy:Normalization", "RunningZScore")));
        var again = await TrainAsync(Written("first", "second"));
        Assert.Equal(TrainerFixture.Numbers(epochs), TrainerFixture.Numbers(again));
        Assert.Equal("energy", Assert.Single(epochs[0].Rewards).Key);
        Assert.Equal(
            await File.ReadAllTextAsync(_folder["first/settings.json"]),
            (await File.ReadAllTextAsync(_folder["second/settings.json"])).Replace(_folder["second"], _folder["first"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_code_composed_is_repeated_from_its_settings_and_the_models_path()
    {
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder.ConfigureCheckpoints(o => o.Directory = _folder["first"]));
        Assert.Equal(TrainerFixture.Numbers(epochs), TrainerFixture.Numbers(await TrainAsync(Written("first", "second"))));
    }

    private IConfiguration Written(string from, string to) => new ConfigurationBuilder().AddJsonFile(_folder[$"{from}/settings.json"])
        .AddInMemoryCollection([
            KeyValuePair.Create("Checkpoints:Directory", (string?)_folder[to]), KeyValuePair.Create("Pipeline:Path", (string?)TinyPipeline.Folder),
        ]).Build();

    private static async Task<List<DdpoEpoch>> TrainAsync(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        var library = services.AddDdpoAudio(configuration).AddReward(TrainerFixture.Energy).AddTraining();
        if (configuration.GetSection("Rewards:other").Value is not null)
        {
            library.AddReward(RewardFunction.From("other", (_, _) => 1));
        }

        await using var provider = services.BuildServiceProvider();
        await using var trainer = await provider.GetRequiredService<IDdpoTrainerFactory>().CreateAsync();
        return await trainer.TrainAsync().ToListAsync();
    }
}
