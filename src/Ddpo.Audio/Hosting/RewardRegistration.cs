namespace Ddpo.Audio.Hosting;

/// <summary>A reward that was added to the container under a name.</summary>
/// <param name="Name">The key of its service and of its settings.</param>
internal sealed record RewardRegistration(string Name)
{
    /// <summary>Whether it loads a model, which <see cref="DdpoRewardOptions.Path"/> has to name.</summary>
    public bool LoadsModel { get; init; }

    /// <summary>Makes the settings of its model with their defaults; <see langword="null"/> when it has none.</summary>
    public Func<object>? NewModelSettings { get; init; }

    /// <summary>
    /// Makes of the settings that configuration gives those that are used; takes no services while settings are validated. Not
    /// <see langword="null"/> when <see cref="NewModelSettings"/> is not.
    /// </summary>
    public Func<object, IServiceProvider?, object>? CompleteModelSettings { get; init; }

    /// <summary>What a prompt lacks for it, by the settings that are used; <see langword="null"/> when it needs no more than a text.</summary>
    public Func<object, Prompt, string?>? ProblemOf { get; init; }
}
