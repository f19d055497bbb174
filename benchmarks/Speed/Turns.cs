using System.Diagnostics;
using Ddpo.Audio.Benchmarks.Speed.Results;
using Ddpo.Audio.Benchmarks.Speed.Stages;

namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>Measures a stage in turns, ours and then the reference, so that whatever else the machine does meets both.</summary>
/// <param name="warmUps">Runs that do not count.</param>
/// <param name="repeats">Runs that do.</param>
internal sealed class Turns(int warmUps, int repeats)
{
    /// <summary>Measures, and frees the stage.</summary>
    public async Task<SpeedRow> MeasureAsync(string part, IStage stage, int threads)
    {
        var row = new SpeedRow { Part = part, Case = stage.Case, Threads = threads, Repeats = repeats, Reference = stage.Reference };
        await using (stage)
        {
            try
            {
                await stage.SetUpAsync();
                var (ours, references) = await TakeAsync(stage);
                return row with { OurSeconds = ours, ReferenceSeconds = references, GigaOperations = stage.GigaOperations, Remark = stage.Remark };
            }
            catch (Exception exception) when (exception is NotMeasuredException or CheckpointException)
            {
                return row with { Remark = "not measured: " + exception.Message };
            }
        }
    }

    private async Task<(List<double> Ours, List<double> References)> TakeAsync(IStage stage)
    {
        var (ours, references) = (new List<double>(), new List<double>());
        for (var turn = -warmUps; turn < repeats; turn++)
        {
            if (turn == 0)
            {
                GC.Collect(); // what setting up left behind is not a run's
                (ours, references) = ([], []);
            }

            ours.Add(await TimeAsync(stage, stage.RunAsync));
            if (stage.Reference is not null)
            {
                references.Add(await TimeAsync(stage, stage.RunReferenceAsync));
            }
        }

        return (ours, references);
    }

    private static async Task<double> TimeAsync(IStage stage, Func<Task> run)
    {
        await stage.PrepareAsync();
        var clock = Stopwatch.StartNew();
        await run();
        return clock.Elapsed.TotalSeconds;
    }
}
