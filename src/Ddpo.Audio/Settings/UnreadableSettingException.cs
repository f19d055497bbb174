using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Settings;

/// <summary>A value of configuration cannot be read. Never leaves <see cref="SettingsReader"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Only thrown where there is a section.")]
[SuppressMessage("Design", "CA1064", Justification = "Never leaves its reader.")]
internal sealed class UnreadableSettingException(IConfigurationSection section, string expected, string? found = null, Exception? cause = null)
    : Exception($"Expected {expected}{found ?? $", found '{section.Value}'"}.", cause)
{
    /// <summary>The key.</summary>
    public string Key { get; } = section.Path;
}
