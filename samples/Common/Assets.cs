namespace Ddpo.Audio.Samples;

/// <summary>Where the small model that comes with the samples lies.</summary>
internal static class Assets
{
    private static readonly string s_musicbox = Path.Combine(AppContext.BaseDirectory, "assets", "musicbox");

    /// <summary>An AudioLDM2 pipeline of 14 MB that plays eight instruments in four moods; made for clips of 2.56 s.</summary>
    public static string Pipeline => Path.Combine(s_musicbox, "audioldm2-musicbox");

    /// <summary>The CLAP checkpoint that listened to the same world.</summary>
    public static string Clap => Path.Combine(s_musicbox, "clap", "musicbox_clap.pt");

    /// <summary>The length that the model was trained on.</summary>
    public static TimeSpan ClipDuration { get; } = TimeSpan.FromSeconds(2.56);
}
