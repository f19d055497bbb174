using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Rollouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>Says all that is wrong with the settings of a container, each with its configuration key, before anything is loaded.</summary>
internal sealed class DdpoOptionsValidator(DdpoAudioRegistrations registrations, IServiceProvider services)
    : IValidateOptions<DdpoOptions>
{
    public ValidateOptionsResult Validate(string? name, DdpoOptions options)
    {
        var failures = new List<string>();
        registrations.Bind(new DdpoOptions(), failures); // a second time: what it could not read the first time
        if (options.Pipeline is not null && registrations.LoadPipeline is null)
        {
            Fail(failures, SettingAnnotations.Check(options.Pipeline, "Pipeline"));
        }

        if (options.Prompts is not null)
        {
            Fail(failures, options.Prompts.Check("Prompts", isNeeded: registrations is { HasTraining: true, HasPrompts: false }));
        }

        CheckRewards(options, failures);
        Fail(failures, CheckRun(options));
        if (failures.Count == 0 && registrations is { HasTraining: true, HasPrompts: false })
        {
            var prompts = options.Prompts!.ToSource().AllPrompts;
            Fail(failures, registrations.Rewards.Where(reward => reward.ProblemOf is not null).SelectMany(reward =>
                PromptRules.Check(reward.Name, prompt => reward.ProblemOf!(registrations.SettingsOf(reward)!, prompt), prompts, options)));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>The checks of <see cref="DdpoTrainerBuilder.Build"/>, but for those that need the model.</summary>
    private IReadOnlyList<SettingFailure> CheckRun(DdpoOptions options)
    {
        var (terms, metrics) = (new List<RewardTerm>(), new List<string>());
        foreach (var reward in registrations.Rewards)
        {
            var part = options.Reward(reward.Name);
            if (part.MetricOnly)
            {
                metrics.Add(reward.Name);
            }
            else
            {
                terms.Add(new RewardTerm(reward.Name, part.Weight, part.Normalization));
            }
        }

        var failures = DdpoValidator.ValidateSettings(registrations.LoadPipeline is null ? options.Pipeline?.Precision : null, terms, metrics, options);
        return registrations.HasTraining && terms.Count == 0
            ? [new SettingFailure("No reward to train on: call AddReward, AddClapReward or AddEmopiaReward.", "Rewards"), .. failures]
            : failures;
    }

    private void CheckRewards(DdpoOptions options, List<string> failures)
    {
        var keyed = services.GetService<IServiceProviderIsKeyedService>();
        foreach (var reward in registrations.Rewards)
        {
            var path = options.Reward(reward.Name).Path;
            if (keyed?.IsKeyedService(typeof(IRewardFunction), reward.Name) == false)
            {
                Fail(failures, $"Rewards:{reward.Name}", $"No IRewardFunction is registered with the key '{reward.Name}'.");
            }

            if (reward.LoadsModel == string.IsNullOrEmpty(path))
            {
                Fail(failures, $"Rewards:{reward.Name}:Path", reward.LoadsModel ? "Name the file or folder of the model." : "This reward loads no model.");
            }

            if (registrations.SettingsOf(reward) is { } settings)
            {
                Fail(failures, SettingAnnotations.Check(settings, $"Rewards:{reward.Name}"));
            }
        }

        foreach (var name in options.Rewards.Keys.Where(name => !registrations.All.Exists(reward => DdpoAudioRegistrations.IsNamed(reward, name))))
        {
            Fail(failures, $"Rewards:{name}", $"No reward was added under this name; added are {string.Join(", ", registrations.Rewards.Select(reward => reward.Name))}.");
        }
    }

    private void Fail(List<string> failures, string setting, string message) => Fail(failures, [new SettingFailure(message, setting)]);

    private void Fail(List<string> failures, IEnumerable<SettingFailure> found) => failures.AddRange(found.Select(
        failure => $"{string.Join(", ", failure.Settings.Select(registrations.KeyOf))}: {failure.Message}"));
}
