using System.Diagnostics;

namespace Ddpo.Audio.Testing;

/// <summary>Starts programs by the launchers of MPI that this machine has.</summary>
public static class MpiJob
{
    private static readonly string[] s_openMpi = ["mpirun.openmpi", "orterun"], s_mpich = ["mpiexec.mpich", "mpiexec.hydra"];

    // Looked for and not loaded: MPICH's brings UCX, which takes signals from .NET, here from the process of the tests.
    private static readonly string[] s_libraryFolders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib"];

    /// <summary>The launcher of Open MPI; <see langword="null"/> where there is none.</summary>
    public static string? OpenMpi { get; } = Find(s_openMpi, "libmpi.so.40");

    /// <summary>The launcher of MPICH; <see langword="null"/> where there is none.</summary>
    public static string? Mpich { get; } = Find(s_mpich, "libmpich.so.12");

    /// <summary>Runs a sample (or a program of another room) on some ranks.</summary>
    /// <param name="launcher">One of the two above.</param>
    /// <param name="ranks">How many.</param>
    /// <param name="program">The program's assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">Seconds that a rank is waited for.</param>
    /// <param name="launcherOptions">The launcher's own.</param>
    public static async Task<(int Code, string Output, string Error, TimeSpan Time)> RunAsync(
        string launcher, int ranks, string program, string[] arguments, int timeout = 60, params string[] launcherOptions)
    {
        var clock = Stopwatch.StartNew();
        var (code, output, error) = await SampleProgram.RunAsync(Start(launcher, ranks, program, arguments, timeout, launcherOptions)).ConfigureAwait(false);
        return (code, output, error, clock.Elapsed);
    }

    /// <summary>
    /// Whether a job ended as one that has done all. MPICH hangs in its own end now and then, when all is done; the library does not wait for that for long, and
    /// MPICH's launcher then says 9.
    /// </summary>
    /// <param name="launcher">What started it.</param>
    /// <param name="code">What that ended with.</param>
    public static bool IsDone(string launcher, int code) => code == 0 || (launcher == Mpich && code == 9);

    /// <summary>How to start it.</summary>
    public static ProcessStartInfo Start(
        string launcher, int ranks, string program, string[] arguments, int timeout = 60, params string[] launcherOptions)
    {
        var start = new ProcessStartInfo(launcher, [.. launcherOptions, "-n", $"{ranks}", "dotnet", program, .. arguments]);
        foreach (var (name, value) in new[]
        {
            // As root, in a container, with few cores.
            ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
            ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
            ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
            ("OMPI_MCA_hwloc_base_binding_policy", "none"),
            (Collective.TimeoutVariable, $"{timeout}"),
        })
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static string? Find(string[] launchers, string library) =>
        IsThere(library, [.. s_libraryFolders, .. FoldersOf("LD_LIBRARY_PATH")]) ? launchers.FirstOrDefault(launcher => IsThere(launcher, FoldersOf("PATH"))) : null;

    private static bool IsThere(string file, IEnumerable<string> folders) => folders.Any(folder => File.Exists(Path.Combine(folder, file)));

    private static string[] FoldersOf(string variable) =>
        (Environment.GetEnvironmentVariable(variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A test that starts processes by Open MPI; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenMpiFactAttribute : Xunit.FactAttribute
{
    /// <inheritdoc cref="OpenMpiFactAttribute"/>
    public OpenMpiFactAttribute() => Skip = MpiJob.OpenMpi is null ? "Open MPI is not installed (Debian: openmpi-bin, libopenmpi3)." : null;
}

/// <summary>A test that starts processes by MPICH; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MpichFactAttribute : Xunit.FactAttribute
{
    /// <inheritdoc cref="MpichFactAttribute"/>
    public MpichFactAttribute() => Skip = MpiJob.Mpich is null ? "MPICH is not installed (Debian: mpich, libmpich12)." : null;
}
