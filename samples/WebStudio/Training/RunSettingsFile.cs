using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Samples;

/// <summary>The settings that a run began with: what its trainer had, a trainer that goes on with it has to have, too.</summary>
/// <param name="settings">The file's.</param>
internal sealed class RunSettingsFile(IConfiguration settings)
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string Name = "settings.json";

    /// <summary>Reads it.</summary>
    /// <exception cref="StudioProblemException">It is damaged.</exception>
    public static RunSettingsFile Of(string folder)
    {
        try
        {
            return new(new ConfigurationBuilder().AddJsonFile(Path.Combine(folder, Name), optional: false).Build());
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new StudioProblemException(StatusCodes.Status409Conflict, $"The run's {Name} cannot be read.", exception.Message);
        }
    }

    /// <summary>Gives a trainer these settings. Its model and rewards stay the studio's: where the run had others, the library says so.</summary>
    /// <returns>The epochs that the run is to have.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting cannot be read.</exception>
    public int Apply(DdpoTrainerBuilder builder)
    {
        var epochs = 0;
        builder.ConfigureSampling(options => Bind(options, "Sampling"))
            .ConfigureTraining(options => epochs = Bind(options, "Training").NumEpochs)
            .ConfigureCheckpoints(options => Bind(options, "Checkpoints"))
            .ConfigureValidation(options => Bind(options, "Validation"))
            .ConfigureStopping(options => Bind(options, "Stopping"))
            .ConfigureRewardFailures(options => Bind(options, "RewardFailures"))
            .ConfigureObservers(options => Bind(options, "Observers"))
            .UsePrompts(Bind(new DdpoPromptOptions(), "Prompts").ToSource());
        _ = settings["Lora"] is null ? builder.UseLora(options => Bind(options, "Lora")) : builder.UseFullFineTuning(); // a group that is off is a word
        _ = (Enum.TryParse<TrainingAlgorithm>(settings["Algorithm"], out var algorithm) ? algorithm : TrainingAlgorithm.Own) switch
        {
            TrainingAlgorithm.Ddpo => builder.UseDdpo(options => Bind(options, "Ddpo")),
            TrainingAlgorithm.Grpo => builder.UseGrpo(options => Bind(options, "Grpo")),
            TrainingAlgorithm.Draft => builder.UseDraft(options => Bind(options, "Draft")),
            TrainingAlgorithm.Rwr => builder.UseRwr(options => Bind(options, "Rwr")),
            TrainingAlgorithm.Awm => builder.UseAwm(options => Bind(options, "Awm")),
            TrainingAlgorithm.Nft => builder.UseNft(options => Bind(options, "Nft")),
            _ => throw new StudioProblemException(
                StatusCodes.Status409Conflict, "The run cannot go on here.", "Its algorithm is one of a program's own: go on with it there."),
        };
        if (ulong.TryParse(settings["Seed"], CultureInfo.InvariantCulture, out var seed))
        {
            builder.WithSeed(seed);
        }

        return epochs;
    }

    private T Bind<T>(T options, string section)
        where T : class => DdpoConfiguration.Bind(settings.GetSection(section), options);
}
