using Ddpo.Audio.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>The settings files in the repository say what can be done.</summary>
public sealed class ShippedSettingsTests
{
    public static TheoryData<string> TrainFiles => Files("Train");

    public static TheoryData<string> GenerateFiles => Files("Generate");

    public static TheoryData<string> Tasks => [.. Directory.GetFiles(Path.Combine(Fixtures.Repository, "benchmarks", "Learning", "tasks"), "*.json")];

    [Theory]
    [MemberData(nameof(TrainFiles))]
    public void Files_for_training_are_read_and_measure_other_prompts_than_they_train_on(string file)
    {
        var settings = ProgramSettings.Read(Base("Train"), TrainingRun.Settings, new Dictionary<string, string>(), "-s", file);
        var services = new ServiceCollection();
        var rewards = RewardKinds.Add(services.AddDdpoAudio(settings.Without()).AddTraining());
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
        var (trained, heldOut) = (options.Prompts.ToSource().AllPrompts!, options.Validation.Prompts);
        Assert.Empty(trained.Select(prompt => prompt.Text).Intersect(heldOut.Select(prompt => prompt.Text)));
        Assert.Equal(["clap_score", "emo_score"], rewards);
        Assert.All([.. trained, .. heldOut], prompt => Assert.Contains("emotion", prompt.Metadata.Keys));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Tasks_of_the_study_are_read_and_measure_what_its_rows_have(string file)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(file).Build();
        var services = new ServiceCollection();
        var builder = services.AddDdpoAudio(configuration).AddTraining().AddEmopiaReward().AddLoudnessReward();
        foreach (var clap in configuration.GetSection("Rewards").GetChildren().Where(reward => reward.Key.StartsWith("clap", StringComparison.Ordinal)))
        {
            builder.AddClapReward(clap.Key);
        }

        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
        Assert.Empty(new[] { "clap_score", "emo_score", "loudness" }.Except(options.Rewards.Keys));
        Assert.NotEmpty(options.Validation.Prompts);
    }

    [Theory]
    [MemberData(nameof(GenerateFiles))]
    public void Files_for_generating_are_read_and_name_their_clips(string file)
    {
        var given = ProgramSettings.Read(Base("Generate"), [.. SettingTree.Of(new GenerateSettings())], new Dictionary<string, string>(), "-s", file);
        var settings = DdpoConfiguration.Bind(given.Without(), new GenerateSettings());
        new FileNames(settings.FileName).Check(settings.Prompts.ToSource().AllPrompts!);
    }

    private static string Base(string sample) => Path.Combine(Fixtures.Repository, "samples", sample, "appsettings.json");

    private static TheoryData<string> Files(string sample) =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.Repository, "samples", sample), "*.json")];
}
