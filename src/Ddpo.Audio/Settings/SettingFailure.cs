namespace Ddpo.Audio.Settings;

/// <summary>Something that is wrong with the settings of a run.</summary>
/// <param name="Message">What was found, and what was expected.</param>
/// <param name="Settings">The settings that it is about, as configuration keys: <c>Sampling:Eta</c>. None when it is about no setting.</param>
internal sealed record SettingFailure(string Message, params IReadOnlyList<string> Settings);
