namespace Ddpo.Audio.Training.Rollouts;

/// <summary>What a container's settings say of a reward that it made, beside its part in training.</summary>
/// <param name="Key">The key of its settings.</param>
/// <param name="Path">Its model.</param>
/// <param name="Settings">Its own settings, if it has any.</param>
internal sealed record RewardOrigin(string Key, string? Path, object? Settings);
