using System.Runtime.InteropServices;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>
/// Ends a rank whose launcher is gone: killed, or ended without ending its ranks, as launchers were seen to. Nobody would see what the rank says, and its run
/// folder would stay in use.
/// </summary>
internal static partial class LauncherWatch
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(2);

    /// <summary>Watches, as long as the process lives.</summary>
    public static void Start()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var launcher = ParentId();
        new Thread(() =>
        {
            while (ParentId() == launcher)
            {
                Thread.Sleep(s_period);
            }

            Environment.Exit(1);
        })
        { Name = "MPI's launcher", IsBackground = true }.Start();
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();
}
