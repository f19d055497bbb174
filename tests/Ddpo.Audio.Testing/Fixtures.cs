namespace Ddpo.Audio.Testing;

/// <summary>Finds the fixtures: the folder in <c>DDPO_FIXTURES</c>, from the repository's root, when it is set, else <c>tests/fixtures</c>.</summary>
public static class Fixtures
{
    private static readonly string s_own = System.IO.Path.Combine(FindRepository(), "tests", "fixtures");

    /// <summary>The folder that holds <c>golden</c>, <c>tiny-audioldm2</c> and the others.</summary>
    public static string Root { get; } = Find();

    /// <summary>The repository's root, for files that are not fixtures, such as the samples' assets.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A file or folder among the fixtures.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Why a test that needs a file is skipped; null when it is there. The repository's own fixtures have them all.</summary>
    public static string? Lack(string path) => Root == s_own || File.Exists(Path(path.Split('/'))) ? null : $"The fixtures have no {path}.";

    private static string Find()
    {
        var configured = Environment.GetEnvironmentVariable("DDPO_FIXTURES");
        var root = string.IsNullOrEmpty(configured)
            ? s_own
            : System.IO.Path.GetFullPath(configured, FindRepository());
        return Directory.Exists(System.IO.Path.Combine(root, "golden"))
            ? root
            : throw new DirectoryNotFoundException($"'{root}' is not a folder of fixtures: it has no folder 'golden'.");
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Ddpo.Audio.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' has Ddpo.Audio.sln.");
    }
}
