using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>Processes that the system's MPI starts: <c>benchmarks/Scaling collective</c> does every operation, and checks each result itself.</summary>
public sealed class MpiCollectiveTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    [OpenMpiFact]
    public Task Operations_give_the_same_sums_on_Open_MPI() => AssertSumsAsync(MpiJob.OpenMpi!);

    [MpichFact]
    public Task Operations_give_the_same_sums_on_MPICH() => AssertSumsAsync(MpiJob.Mpich!);

    [OpenMpiFact]
    public Task Mishaps_end_the_job_on_Open_MPI() => AssertMishapsAsync(MpiJob.OpenMpi!);

    [MpichFact]
    public Task Mishaps_end_the_job_on_MPICH() => AssertMishapsAsync(MpiJob.Mpich!);

    [OpenMpiFact]
    public async Task A_library_of_another_MPI_than_the_launchers_is_refused_and_so_is_none()
    {
        if (MpiJob.Mpich is not null)
        {
            var (code, _, error, _) = await RunAsync(MpiJob.OpenMpi!, 2, "collective", (Collective.LibraryVariable, "libmpich.so.12"));
            Assert.NotEqual(0, code);
            Assert.Contains("Open MPI's mpirun started 2 processes, but libmpich.so.12 (MPICH Version", error, StringComparison.Ordinal);
            Assert.Contains("sees 1: it is of another MPI than the launcher", error, StringComparison.Ordinal);
        }

        var (absent, _, problem, _) = await RunAsync(MpiJob.OpenMpi!, 2, "collective", (Collective.LibraryVariable, "libabsent.so"));
        Assert.NotEqual(0, absent);
        Assert.Contains("looked for libabsent.so. Install openmpi-bin and libopenmpi3", problem, StringComparison.Ordinal);
    }

    [OpenMpiFact]
    public Task Ranks_end_when_their_launcher_is_killed_on_Open_MPI() => AssertEndWithLauncherAsync(MpiJob.OpenMpi!);

    [MpichFact]
    public Task Ranks_end_when_their_launcher_is_killed_on_MPICH() => AssertEndWithLauncherAsync(MpiJob.Mpich!);

    // Their output ends when the last of them does; the launcher itself is gone at once.
    private static async Task AssertEndWithLauncherAsync(string launcher)
    {
        var start = MpiJob.Start(launcher, 2, Path.Combine(SampleProgram.Folder("Scaling", "benchmarks"), "Scaling.dll"), ["collective", "wait"]);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (code, output, _) = await SampleProgram.RunAsync(start, interruptAt: "waiting", signal: "KILL");
        Assert.Equal(137, code);
        Assert.Contains("waiting", output, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < s_bound, $"the ranks lived for {clock.Elapsed}");
    }

    private static async Task AssertSumsAsync(string launcher)
    {
        var two = await RunAsync(launcher, 2, "collective");
        Assert.True(MpiJob.IsDone(launcher, two.Code), two.Error + two.Output);
        var again = await RunAsync(launcher, 2, "collective");
        Assert.Equal(Sums(two.Output), Sums(again.Output));
        var three = await RunAsync(launcher, 3, "collective null"); // with a signal that UCX must leave to .NET
        Assert.True(MpiJob.IsDone(launcher, three.Code), three.Error + three.Output);
        Assert.Contains("3 ranks, 3 here: ", three.Output, StringComparison.Ordinal);
    }

    private static async Task AssertMishapsAsync(string launcher)
    {
        foreach (var (mishap, message) in new[]
        {
            ("throw", "this rank was told to fail"),
            ("exit", ""),
            ("order", "The ranks do different things: Rank 0"),
            ("leave", "left the job when others came to an all-gather of 3 bytes"),
            ("hang", "did not come to an all-gather of 3 bytes within 00:00:03"),
            ("stop", "did not come to an all-gather of 3 bytes within 00:00:03"),
            ("abort", ""),
        })
        {
            var (code, output, error, time) = await RunAsync(launcher, 2, $"collective {mishap}", (Collective.TimeoutVariable, "3"));
            Assert.True(code != 0, $"{mishap} ended with success: {output}{error}");
            Assert.True(mishap is not ("exit" or "abort") || code == (mishap == "exit" ? 3 : 42), $"{mishap} ended with {code}: {error}");
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.True(message.Length == 0 || mishap is "throw" or "order" || error.Contains("Rank 1 (", StringComparison.Ordinal), error);
            Assert.True(time < s_bound, $"{mishap} took {time}");
        }
    }

    // The line of rank 0; after it a launcher may have something to say.
    private static string Sums(string output) => output.Split("ranks, ")[1].Split('\n')[0];

    private static async Task<(int Code, string Output, string Error, TimeSpan Time)> RunAsync(
        string launcher, int ranks, string arguments, params (string Name, string Value)[] environment)
    {
        var start = MpiJob.Start(launcher, ranks, Path.Combine(SampleProgram.Folder("Scaling", "benchmarks"), "Scaling.dll"), arguments.Split(' '));
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (code, output, error) = await SampleProgram.RunAsync(start);
        return (code, output, error, clock.Elapsed);
    }
}
