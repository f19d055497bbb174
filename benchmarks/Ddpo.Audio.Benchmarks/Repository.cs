namespace Ddpo.Audio.Benchmarks;

/// <summary>Where the repository's files are, seen from the built benchmarks.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The small trained model that the samples use.</summary>
    public static string MusicBox => Path.Combine(Root, "samples", "assets", "musicbox", "audioldm2-musicbox");

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Ddpo.Audio.sln"))
            ? folder
            : FindRoot(Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException("The benchmarks run from inside the repository; no Ddpo.Audio.sln was found above."));
}
