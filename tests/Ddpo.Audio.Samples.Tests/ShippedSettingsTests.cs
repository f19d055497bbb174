using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>The settings files in the repository say what can be done.</summary>
public sealed class ShippedSettingsTests
{
    public static TheoryData<string> TrainFiles => Files("Train");

    public static TheoryData<string> GenerateFiles => Files("Generate");

    [Theory]
    [MemberData(nameof(TrainFiles))]
    public void Files_for_training_are_read_and_measure_other_prompts_than_they_train_on(string file)
    {
        var settings = new SettingsCommand<TrainSettings>("", new Dictionary<string, string[]>(), Base("Train")).Read("-s", file);

        var trained = settings.Prompts.ToList("Prompts");
        var heldOut = settings.Evaluation.Prompts.ToList("Evaluation:Prompts");
        Assert.Empty(trained.Select(prompt => prompt.Text).Intersect(heldOut.Select(prompt => prompt.Text)));
        Assert.True(settings.Rewards.Clap.Enabled && settings.Rewards.Emopia.Enabled);
        Assert.All([.. trained, .. heldOut], prompt => Assert.Contains("emotion", prompt.Metadata.Keys));
    }

    [Theory]
    [MemberData(nameof(GenerateFiles))]
    public void Files_for_generating_are_read_and_name_their_clips(string file)
    {
        var settings = new SettingsCommand<GenerateSettings>("", new Dictionary<string, string[]>(), Base("Generate")).Read("-s", file);
        new FileNames(settings.FileName).Check(settings.Prompts.ToList("Prompts"));
    }

    private static string Base(string sample) => Path.Combine(Fixtures.Repository, "samples", sample, "appsettings.json");

    private static TheoryData<string> Files(string sample) =>
        [.. Directory.GetFiles(Path.Combine(Fixtures.Repository, "samples", sample), "*.json")];
}
