using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Hosting;

public sealed class OptionsValidationTests
{
    [Fact]
    public void All_that_is_wrong_is_said_at_once_by_its_keys()
    {
        var failures = FailuresOf(
            TinyHost.Json(
                """
                {
                  "Ddpo": {
                    "Pipeline": { "Device": "gpu", "Precision": 7 },
                    "Prompts": { "File": "/no/such/prompts.txt" },
                    "Lora": { "Rank": 0 },
                    "Sampling": { "Eta": 0, "NumInferenceSteps": "many", "BatchSize": 4 },
                    "Training": { "BatchSize": 3, "LearningRate": -1 },
                    "Ddpo": { "PerPromptStatTracking": { "MinCount": 0 } },
                    "Checkpoints": { "SaveSamplesEveryEpochs": 1 },
                    "Rewards": { "energy": { "Weight": 0 }, "forgotten": { } },
                    "Sede": 42
                  }
                }
                """),
            builder => builder.AddReward(TrainerFixture.Energy).AddReward("unregistered").AddTraining());

        string[] expected =
        [
            "Ddpo:Pipeline:Path: Path is null; expected the folder",
            "Ddpo:Pipeline:Device: Device is gpu; expected cpu",
            "Ddpo:Pipeline:Precision: Precision is 7; expected Float32, BFloat16, Float16",
            "Ddpo:Prompts:File: ",
            "Ddpo:Lora:Rank: ",
            "Ddpo:Sampling:Eta, Ddpo:Algorithm: Eta is 0",
            "Ddpo:Sampling:NumInferenceSteps: Expected a whole number, found 'many'",
            "Ddpo:Training:BatchSize, Ddpo:Sampling:BatchSize: The training batch (3) must divide",
            "Ddpo:Training:LearningRate: LearningRate is -1",
            "Ddpo:Ddpo:PerPromptStatTracking:MinCount: MinCount is 0",
            "Ddpo:Checkpoints:SaveSamplesEveryEpochs, Ddpo:Checkpoints:Directory: ",
            "Ddpo:Rewards:energy:Weight: ",
            "Ddpo:Rewards:unregistered: No IRewardFunction is registered",
            "Ddpo:Sede: There is no such setting",
        ];
        Assert.All(expected, start => Assert.Single(failures, failure => failure.StartsWith(start, StringComparison.Ordinal)));
        Assert.All(failures, failure => Assert.StartsWith("Ddpo:", failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Ddpo:Prompts: Expected one of", "Prompts:File", "prompts.txt")]
    [InlineData("Ddpo:Prompts:Words: There is no Template", "Prompts:Words:mood:0", "sad")]
    [InlineData("Ddpo:Rewards:other: No reward was added under this name; added are energy", "Rewards:other:Weight", "1")]
    [InlineData("Ddpo:Rewards:energy:Path: This reward loads no model", "Rewards:energy:Path", "models/energy")]
    [InlineData("Ddpo:Rewards:energy:Weight: The weight of reward 'energy' is NaN", "Rewards:energy:Weight", "NaN")]
    [InlineData("Ddpo:Pipeline:Precision, Ddpo:Lora: Full fine-tuning needs", "Lora", "false", "Pipeline:Precision", "Float16")]
    [InlineData("Ddpo:Rewards: No reward to train on", "Rewards:energy:MetricOnly", "true")]
    public void A_mistake_is_named_by_its_key(string expected, string key, string value, string otherKey = "Seed", string otherValue = "1")
    {
        var failures = FailuresOf(TinyHost.Section((key, value), (otherKey, otherValue)), builder => builder.AddReward(TrainerFixture.Energy).AddTraining());
        Assert.StartsWith(expected, Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_without_mistakes_pass_and_training_alone_needs_prompts_and_rewards()
    {
        var bare = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Pipeline:Path", (string?)"models/music")]).Build();
        Assert.Empty(FailuresOf(bare));
        Assert.Equal(
            ["Prompts: No prompts", "Rewards: No reward"],
            FailuresOf(bare, builder => builder.AddTraining()).Select(failure => string.Join(' ', failure.Split(' ')[..3]).TrimEnd(':')));
        Assert.Empty(FailuresOf(TinyHost.Section(), builder => builder.AddReward(TrainerFixture.Energy).AddTraining()));
    }

    [Fact]
    public async Task The_builder_and_the_container_find_the_same_mistakes()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var mistaken = TrainerFixture.Builder(pipeline).UseLora(o => o.Rank = -1)
            .ConfigureSampling(o => (o.Eta, o.BatchSize, o.GuidanceScale) = (2, 0, -1))
            .ConfigureTraining(o => (o.NumEpochs, o.AdamBeta1) = (0, 1))
            .UseDdpo(o => o.ClipRange = double.NaN);
        var ofBuilder = Assert.Throws<OptionsValidationException>(mistaken.Build).Failures;

        var ofContainer = FailuresOf(
            TinyHost.Section(
                ("Lora:Rank", "-1"),
                ("Sampling:Eta", "2"), ("Sampling:BatchSize", "0"), ("Sampling:GuidanceScale", "-1"),
                ("Training:NumEpochs", "0"), ("Training:AdamBeta1", "1"), ("Ddpo:ClipRange", "NaN")),
            builder => builder.AddReward(TrainerFixture.Energy));

        Assert.Equal(ofBuilder, ofContainer.Select(failure => failure[(failure.IndexOf(": ", StringComparison.Ordinal) + 2)..]));
        Assert.Equal(7, ofContainer.Count);
    }

    /// <summary>What needs no limits: any seed will do; a reward's weight and a choice of layers have rules of their own.</summary>
    private static readonly string[] s_free = ["Seed", "InitSeed", "Weight", "Targets", "Normalization"];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Every_number_length_and_choice_has_limits_that_its_default_keeps(object settings)
    {
        Assert.Empty(SettingAnnotations.Check(settings, "Any"));
        foreach (var property in settings.GetType().GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.True(
                !type.IsValueType || type == typeof(bool) || s_free.Contains(property.Name)
                || property.IsDefined(typeof(RangeAttribute)) || property.IsDefined(typeof(EnumDataTypeAttribute)),
                $"{settings.GetType().Name}.{property.Name}");
            Assert.True(
                type.Namespace != typeof(DdpoOptions).Namespace || type.IsValueType || type.IsArray || property.IsDefined(typeof(ValidateObjectMembersAttribute)),
                $"{settings.GetType().Name}.{property.Name}");
        }
    }

    /// <summary>The groups of settings in a container, with a value for what may be null.</summary>
    public static TheoryData<object> Groups() =>
    [
        new DdpoPipelineOptions { Path = "models/music" },
        new DdpoRewardOptions(),
        .. typeof(DdpoOptions).GetProperties().Select(property => property.GetValue(new DdpoOptions()))
            .Where(value => value?.GetType().Namespace == typeof(DdpoOptions).Namespace && value is not DdpoPipelineOptions).Select(value => value!),
        new PerPromptStatTrackingOptions(),
        new SdeWindowOptions(),
    ];

    public static TheoryData<string> RequiredGroups() => [.. typeof(DdpoOptions).GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true } && property.PropertyType.IsClass && property.Name != nameof(DdpoOptions.Lora))
        .Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(RequiredGroups))]
    public async Task A_group_that_is_missing_is_a_line_for_builder_and_container(string group)
    {
        var property = typeof(DdpoOptions).GetProperty(group)!;
        var options = new DdpoOptions();
        property.SetValue(options, null);
        var ofBuilder = Assert.Throws<OptionsValidationException>(new DdpoTrainerBuilder(options).Build).Failures;
        Assert.Single(ofBuilder, failure => failure.StartsWith($"{group} is null; expected a value", StringComparison.Ordinal));

        await using var provider = TinyHost.Provide(builder => builder.AddReward(TrainerFixture.Energy).AddTraining()
            .Configure(settings => property.SetValue(settings, null)));
        Assert.StartsWith(
            $"Ddpo:{group}: {group} is null; expected a value",
            Assert.Single(Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DdpoOptions>>().Value).Failures),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_platforms_own_validator_finds_what_the_annotations_say()
    {
        var found = new List<ValidationResult>();
        var mistaken = new SamplingOptions { Eta = -1, BatchSize = 0, Duration = TimeSpan.FromDays(2), NegativePrompt = null! };
        Assert.False(Validator.TryValidateObject(mistaken, new ValidationContext(mistaken), found, validateAllProperties: true));
        Assert.Equal(["BatchSize", "Duration", "Eta", "NegativePrompt"], found.SelectMany(result => result.MemberNames).Order());
    }

    [Fact]
    public async Task A_host_with_wrong_settings_does_not_start_and_loads_nothing()
    {
        var touched = 0;
        using var host = TinyHost.Training(
            builder =>
            {
                builder.Services.AddKeyedSingleton("energy", (_, _) =>
                {
                    touched++;
                    return TrainerFixture.Energy;
                });
                builder.AddReward("energy").AddReward("slow", (_, _) => throw new InvalidOperationException($"{touched++}"));
                builder.Services.AddSingleton<IProgress<LoadProgress>>(new ProgressAction<LoadProgress>(_ => touched++));
            },
            ("Sampling:Eta", "2"),
            ("Training:NumEpochs", "0"));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(["Ddpo:Sampling:Eta", "Ddpo:Training:NumEpochs"], error.Failures.Select(failure => failure.Split(": ")[0]));
        await host.StopAsync();
        Assert.Equal(0, touched);
    }

    [Fact]
    public void A_container_takes_one_set_of_settings()
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio();
        Assert.Throws<InvalidOperationException>(() => services.AddDdpoAudio());
    }

    private static List<string> FailuresOf(IConfiguration configuration, Action<IDdpoAudioBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddDdpoAudio(configuration);
        configure?.Invoke(builder);
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }
}
