using System.Globalization;
using Ddpo.Audio.Rewards.Tests.Clap;
using Ddpo.Audio.Rewards.Tests.Emopia;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Rewards.Tests.DependencyInjection;

public sealed class ModelRewardTests
{
    private static readonly Dictionary<string, string?> s_settings = new()
    {
        ["Pipeline:Path"] = "models/music",
        ["Rewards:clap_score:Path"] = ClapFixture.Checkpoint,
        ["Rewards:clap_score:TextHeads"] = ClapFixture.Options.TextHeads?.ToString(CultureInfo.InvariantCulture),
        ["Rewards:clap_score:Weight"] = "0.7",
        ["Rewards:emo_score:Path"] = EmopiaTasks.Folder(EmopiaFixture.Quadrants),
        ["Rewards:emo_score:Score"] = "Valence",
        ["Rewards:emo_score:Normalization"] = "Rank",
    };

    [EmopiaFact(outputs: 4)]
    public async Task Models_named_by_configuration_score_as_those_that_code_loads()
    {
        await using var provider = Provide(builder => builder.AddClapReward().AddEmopiaReward());
        await using var clap = await ClapFixture.LoadAsync();
        await using var emopia = await EmopiaFixture.LoadAsync(EmopiaFixture.Quadrants, new() { Score = EmopiaScore.Valence });

        await AssertSameAsync(clap, provider.GetRequiredKeyedService<IRewardFunction>("clap_score"));
        await AssertSameAsync(emopia, provider.GetRequiredKeyedService<IRewardFunction>("emo_score"));
        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value.Rewards;
        Assert.Equal(0.7, options["clap_score"].Weight);
        Assert.Equal(RewardNormalization.Rank, options["emo_score"].Normalization);
    }

    [Fact]
    public async Task Alternatives_may_be_a_template()
    {
        await using var provider = Provide(
            builder => builder.AddClapReward().AddEmopiaReward(),
            ("Rewards:clap_score:Alternatives:Template", "a {mood} dog"),
            ("Rewards:clap_score:Alternatives:Words:mood:0", "sad"),
            ("Rewards:clap_score:Alternatives:Words:mood:1", "calm"));
        await using var clap = await ClapFixture.LoadAsync(options => options.Alternatives = ["a sad dog", "a calm dog"]);
        await AssertSameAsync(clap, provider.GetRequiredKeyedService<IRewardFunction>("clap_score"));
    }

    [Theory]
    [InlineData(1, "Prompts:Texts:0", "dog barking")]
    [InlineData(1, "Prompts:Texts:0", "dog barking", "Prompts:Metadata:key", "minor")]
    [InlineData(0, "Prompts:Texts:0", "dog barking", "Prompts:Metadata:emotion", "sad")]
    [InlineData(0, "Prompts:Texts:0", "dog barking", "Rewards:emo_score:Target", "Q1")]
    [InlineData(0, "Prompts:Texts:0", "dog barking", "Rewards:emo_score", "false")]
    [InlineData(0, "Prompts:Template", "a {emotion} dog", "Prompts:Words:emotion:0", "sad")]
    [InlineData(1, "Prompts:Template", "a {mood} dog", "Prompts:Words:mood:0", "sad")]
    [InlineData(1, "Prompts:Template", "a {mood} dog", "Prompts:Words:mood:0", "sad", "RewardFailures:Action", "DropSamples")]
    public async Task A_prompt_that_does_not_say_its_emotion_is_told_of_before_anything_is_loaded(int failures, params string[] settings)
    {
        await using var provider = Provide(builder => builder.AddClapReward().AddEmopiaReward().AddTraining(), [.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        var error = Record.Exception(() => provider.GetRequiredService<IOptions<DdpoOptions>>().Value);
        Assert.Equal(failures, (error as OptionsValidationException)?.Failures.Count() ?? 0);
        Assert.All((error as OptionsValidationException)?.Failures ?? [], failure =>
        {
            Assert.StartsWith("Rewards:emo_score, Prompts: Reward 'emo_score' needs to know the emotion that the prompt \"", failure, StringComparison.Ordinal);
            Assert.Contains("Set Rewards:emo_score:Target", failure, StringComparison.Ordinal);
            Assert.Contains("Prompts:Metadata:emotion", failure, StringComparison.Ordinal);
            Assert.Contains("Rewards:emo_score false", failure, StringComparison.Ordinal);
        });
    }

    [EmopiaFact(outputs: 4)]
    public async Task Code_outweighs_configuration_and_one_kind_may_serve_several_times()
    {
        await using var provider = Provide(builder => builder
            .AddClapReward()
            .AddEmopiaReward(configure: options => options.Score = EmopiaScore.Arousal)
            .AddEmopiaReward("calm", EmopiaTasks.Folder(EmopiaFixture.Quadrants), options => options.Target = "Q4"));
        await using var arousal = await EmopiaFixture.LoadAsync(EmopiaFixture.Quadrants, new() { Score = EmopiaScore.Arousal });
        await using var calm = await EmopiaFixture.LoadAsync(EmopiaFixture.Quadrants, new() { Name = "calm", Target = "Q4" });

        await AssertSameAsync(arousal, provider.GetRequiredKeyedService<IRewardFunction>("emo_score"));
        await AssertSameAsync(calm, provider.GetRequiredKeyedService<IRewardFunction>("calm"));
    }

    [Theory]
    [InlineData("Rewards:clap_score:Path", "", "Rewards:clap_score:Path: Name the file or folder")]
    [InlineData("Rewards:clap_score:Crop", "Middle", "Rewards:clap_score:Crop: Expected one of Start")]
    [InlineData("Rewards:clap_score:Target", "Q1", "Rewards:clap_score:Target: There is no such setting; known here are Weight")]
    [InlineData("Rewards:clap_score:Name", "other", "Rewards:clap_score:Name: There is no such setting")]
    [InlineData("Rewards:clap_score:LoggerFactory", "none", "Rewards:clap_score:LoggerFactory: There is no such setting")]
    [InlineData("Rewards:clap_score:BatchSize", "0", "Rewards:clap_score:BatchSize: BatchSize is 0; expected at least 1.")]
    [InlineData("Rewards:clap_score:Device", "gpu", "Rewards:clap_score:Device: Device is gpu; expected cpu, cuda or cuda:N.")]
    [InlineData("Rewards:emo_score:BatchSize", "0", "Rewards:emo_score:BatchSize: BatchSize is 0; expected at least 1.")]
    public async Task A_mistake_is_named_by_its_key_before_anything_is_loaded(string key, string value, string expected)
    {
        await using var provider = Provide(builder => builder.AddClapReward().AddEmopiaReward(), (key, value));
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DdpoOptions>>().Value);
        Assert.StartsWith(expected, Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_missing_is_said_by_whoever_needs_it()
    {
        await using var provider = Provide(builder => builder.AddClapReward(path: "/no/such/clap.pt").AddEmopiaReward());
        var clap = provider.GetRequiredKeyedService<IRewardFunction>("clap_score");
        var error = await Assert.ThrowsAsync<CheckpointException>(() => clap.ScoreAsync([EmopiaFixture.Tone()], ["a tone"]));
        Assert.Contains("/no/such/clap.pt", error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Provide(Action<IDdpoAudioBuilder> configure, params (string Key, string Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(s_settings);
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        var services = new ServiceCollection();
        configure(services.AddDdpoAudio(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        return services.BuildServiceProvider();
    }

    private static async Task AssertSameAsync(IRewardFunction expected, IRewardFunction actual)
    {
        AudioClip[] clips = [EmopiaFixture.Tone(), EmopiaFixture.Tone(seconds: 3)];
        Prompt[] prompts = [EmopiaFixture.Asking("happy"), EmopiaFixture.Asking("sad")];
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(await expected.ScoreAsync(clips, prompts), await actual.ScoreAsync(clips, prompts));
    }
}
