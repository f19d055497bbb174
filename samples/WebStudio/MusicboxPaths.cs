namespace Ddpo.Audio.Samples;

/// <summary>Finds the models that come with the samples, from wherever the studio is started.</summary>
internal static class MusicboxPaths
{
    /// <summary>Completes the paths of the settings.</summary>
    public static void Find(DdpoOptions options)
    {
        options.Pipeline.Path = Find(options.Pipeline.Path);
        foreach (var reward in options.Rewards.Values)
        {
            reward.Path = Find(reward.Path);
        }
    }

    private static string? Find(string? path) => path is null ? null : Assets.Find(path);
}
