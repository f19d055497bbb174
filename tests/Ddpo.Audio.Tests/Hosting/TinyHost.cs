using System.Text;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ddpo.Audio.Tests.Hosting;

/// <summary>Hosts and containers over the tiny model, with the settings of <see cref="TrainerFixture"/>.</summary>
internal static class TinyHost
{
    /// <summary>Settings that train for two short epochs.</summary>
    public static Dictionary<string, string?> Settings => new()
    {
        ["Ddpo:Pipeline:Path"] = TinyPipeline.Folder,
        ["Ddpo:Prompts:Texts:0"] = "a calm piano",
        ["Ddpo:Prompts:Texts:1"] = "techno",
        ["Ddpo:Prompts:Texts:2"] = "a jazz trio with a long and winding introduction",
        ["Ddpo:Lora:Rank"] = "2",
        ["Ddpo:Sampling:NumInferenceSteps"] = "3",
        ["Ddpo:Sampling:Duration"] = "00:00:00.2",
        ["Ddpo:Sampling:BatchSize"] = "4",
        ["Ddpo:Sampling:NumBatchesPerEpoch"] = "2",
        ["Ddpo:Training:NumEpochs"] = "2",
        ["Ddpo:Seed"] = "5",
    };

    /// <summary>The section <c>Ddpo</c> of <see cref="Settings"/> with some of them changed.</summary>
    public static IConfigurationSection Section(params (string Key, string? Value)[] changes)
    {
        var settings = Settings;
        foreach (var (key, value) in changes)
        {
            settings["Ddpo:" + key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Ddpo");
    }

    /// <summary>The section <c>Ddpo</c> of some JSON.</summary>
    public static IConfigurationSection Json(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("Ddpo");

    /// <summary>A container of the section.</summary>
    public static ServiceProvider Provide(Action<IDdpoAudioBuilder> configure, params (string Key, string? Value)[] changes)
    {
        var services = new ServiceCollection();
        configure(services.AddDdpoAudio(Section(changes)));
        return services.BuildServiceProvider();
    }

    /// <summary>A host that trains, and stops when that is done.</summary>
    public static IHost Training(Action<IDdpoAudioBuilder>? configure = null, params (string Key, string? Value)[] changes)
    {
        var host = Host.CreateEmptyApplicationBuilder(null);
        var builder = host.Services.AddDdpoAudio(Section(changes)).AddTraining(stopHost: true);
        if (configure is null)
        {
            builder.AddReward(TrainerFixture.Energy);
        }
        else
        {
            configure(builder);
        }

        return host.Build();
    }
}
