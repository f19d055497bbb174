// Measures what each algorithm learns from so many samples: on prompts that were not trained on, with several seeds, each run in a process of its own.
//   dotnet run -c Release --project benchmarks/Learning -- --Tasks:0 angry --Algorithms:0 draft --Seeds:0 1
// What is done is kept, so that the same command goes on where it was stopped.

using Ddpo.Audio;
using Ddpo.Audio.Benchmarks.Learning;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

StudyOptions options;
try
{
    options = DdpoConfiguration.Bind(new ConfigurationBuilder().AddCommandLine(args).Build(), new StudyOptions());
}
catch (OptionsValidationException exception)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, exception.Failures));
    return 1;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var results = new StudyResults(options.Output);
if (Environment.GetEnvironmentVariable(StudyProcess.Variable) is { } threads)
{
    // As a process of the study: one run.
    await RunTraining.RunAsync(StudyRun.Of(options).Single(), results, int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture), stop.Token);
    return 0;
}

var left = StudyRun.Of(options).Where(run => !results.Has(run)).ToList();
Console.WriteLine($"{left.Count} runs are left to do");
var failed = 0;
await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = stop.Token }, async (run, cancellationToken) =>
{
    var ended = await StudyProcess.RunAsync(run, options, cancellationToken);
    Interlocked.Add(ref failed, ended ? 0 : 1);
    Console.WriteLine(ended ? results.Read(run)[^1].ToCsv() : $"{run.Id} failed");
});
results.Write();
return failed == 0 ? 0 : 1;
