namespace Ddpo.Audio.Samples;

/// <summary>Where the small model that comes with the samples lies.</summary>
internal static class Assets
{
    private const string Musicbox = "assets/musicbox";

    /// <summary>An AudioLDM2 pipeline of 14 MB that plays eight instruments in four moods; made for clips of 2.56 s.</summary>
    public const string Pipeline = Musicbox + "/audioldm2-musicbox";

    /// <summary>The CLAP checkpoint that listened to the same world.</summary>
    public const string Clap = Musicbox + "/clap/musicbox_clap.pt";

    /// <summary>The EMOPIA emotion classifier that listened to it, too.</summary>
    public const string Emopia = Musicbox + "/emopia/best_weight/wav/ar_va/best.ckpt";

    /// <summary>The file or folder at <paramref name="path"/>, or else the one of that name that was built with the program.</summary>
    public static string Find(string path)
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, path);
        return !Path.Exists(path) && Path.Exists(shipped) ? shipped : path;
    }

    /// <summary>Finds what the settings of the library name.</summary>
    public static void Find(DdpoOptions options)
    {
        options.Pipeline.Path = options.Pipeline.Path is { } model ? Find(model) : null;
        foreach (var reward in options.Rewards.Values)
        {
            reward.Path = reward.Path is { } path ? Find(path) : null;
        }
    }
}
