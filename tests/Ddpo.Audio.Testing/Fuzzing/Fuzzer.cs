using System.Diagnostics;
using System.Globalization;

namespace Ddpo.Audio.Testing.Fuzzing;

/// <summary>
/// Feeds a reader inputs that are almost sound. Each must be read or be refused by the documented exception with a message that
/// names the file, in time, in memory that is in proportion to the file, and without tensors left behind.
/// </summary>
/// <remarks>
/// The inputs depend on nothing but their number, so a failure comes again. The environment variable
/// <c>DDPO_FUZZ_ITERATIONS</c> sets how many inputs every reader gets. What fails is saved in the tests' output folder.
/// </remarks>
internal static class Fuzzer
{
    // Recursion that depends on the input shows here long before it would with the stack of a program.
    private const int StackBytes = 512 << 10;

    private const int MaxFailures = 8;

    /// <summary>Where failing inputs are kept.</summary>
    public static string OutputFolder { get; } = Path.Combine(AppContext.BaseDirectory, "fuzz");

    /// <summary>Fails unless every input is read or refused as it should be.</summary>
    public static void Run(FuzzTarget target) => Run(
        target,
        Environment.GetEnvironmentVariable("DDPO_FUZZ_ITERATIONS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture) / target.Slowness
            : target.Iterations);

    /// <inheritdoc cref="Run(FuzzTarget)"/>
    public static void Run(FuzzTarget target, int iterations)
    {
        var run = new FuzzRun(target);
        var clock = Stopwatch.StartNew();
        var (running, started) = (-1, 0L);
        Exception? broken = null;
        var thread = new Thread(() =>
        {
            try
            {
                // The sound inputs come first: they must be read, and what is made once is made before memory is counted.
                for (var i = -target.Corpus.Count; i < iterations && run.Failures.Count < MaxFailures; i++)
                {
                    Volatile.Write(ref running, i);
                    Volatile.Write(ref started, clock.ElapsedMilliseconds);
                    run.Try(i);
                }
            }
            catch (Exception exception)
            {
                broken = exception; // the fuzzer itself; on this thread it would end the process
            }
            finally
            {
                run.Dispose();
            }
        }, StackBytes) { IsBackground = true };
        thread.Start();
        while (!thread.Join(200))
        {
            if (clock.ElapsedMilliseconds - Volatile.Read(ref started) > target.Patience.TotalMilliseconds)
            {
                var saved = run.Save(Volatile.Read(ref running));
                Xunit.Assert.Fail($"{target.Name}: input {Volatile.Read(ref running)} takes more than {target.Patience}; it is in {saved}.");
            }
        }

        Xunit.Assert.Null(broken);
        Xunit.Assert.True(run.Failures.Count == 0, string.Join(Environment.NewLine, run.Failures.Values));
        Xunit.Assert.True(run.Refused > 0 || iterations == 0, $"{target.Name}: no input was refused, so the changes reach nothing.");
    }

    /// <summary>The most bytes that reading a file may allocate.</summary>
    public static long MaxAllocation(FuzzTarget target, long fileBytes) => target.FixedBytes + (target.BytesPerByte * fileBytes);
}
