using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>Reads configuration as <c>AddDdpoAudio</c> does, into options of your own.</summary>
public static class DdpoConfiguration
{
    /// <summary>Sets the property of each key, at any depth, and checks all of them by their data annotations.</summary>
    /// <remarks>
    /// Durations are <c>00:00:10</c>; prompts a list of texts, or an object as <see cref="DdpoPromptOptions"/>; <c>false</c> turns off a group that may be
    /// <see langword="null"/>. Groups are checked where they have <see cref="ValidateObjectMembersAttribute"/>; of prompts there
    /// must then be some where they have <c>[Required]</c>. Properties that configuration cannot
    /// hold, such as a logger, are none of its settings.
    /// </remarks>
    /// <typeparam name="T">A class with properties that can be set.</typeparam>
    /// <param name="section">The section with the settings.</param>
    /// <param name="options">Gets the values; what no key names stays as it is.</param>
    /// <returns><paramref name="options"/>.</returns>
    /// <exception cref="OptionsValidationException">
    /// A key that no property has, a value that cannot be read or is out of its limits; <c>Failures</c> lists all there are, each with its key.
    /// </exception>
    [RequiresUnreferencedCode("Finds settings by the properties of types, which trimming removes.")]
    public static T Bind<T>(IConfiguration section, T options)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        new SettingsReader(failures).Read(section, options);
        var group = section is IConfigurationSection { Path: var path } ? path : "";
        failures.AddRange(SettingAnnotations.Check(options, group).Select(failure => $"{string.Join(", ", failure.Settings)}: {failure.Message}"));
        return failures.Count == 0 ? options : throw new OptionsValidationException(typeof(T).Name, typeof(T), failures);
    }
}
