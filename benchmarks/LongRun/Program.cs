// Trains for many short epochs, with everything on that a run writes, and watches the process's memory and the live tensors: a leak shows.
//   dotnet run -c Release --project benchmarks/LongRun -- [epochs] [folder]

using System.Globalization;
using Ddpo.Audio;
using Ddpo.Audio.Benchmarks;
using Ddpo.Audio.Rewards;

const int Settled = 100; // epochs until every cache and pool is filled
const int Window = 20; // epochs whose mean is one measurement
const double Limit = 0.05;

var epochs = Math.Max(Settled + (2 * Window), args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 300);
var folder = args.Length > 1 ? args[1] : Path.Combine("runs", "long-run");

await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(Repository.MusicBox);
await using var clap = await ClapReward.FromPretrainedAsync(Path.Combine(Path.GetDirectoryName(Repository.MusicBox)!, "clap", "musicbox_clap.pt"));
await using var trainer = new DdpoTrainerBuilder()
    .UsePipeline(pipeline)
    .UseLora(o => o.Rank = 8)
    .UsePrompts(PromptSource.EmotionSolo("piano", "flute"))
    .AddReward(clap)
    .ConfigureSampling(o =>
    {
        o.Duration = TimeSpan.FromSeconds(0.64);
        o.NumInferenceSteps = 5;
        o.GuidanceScale = 1;
        o.BatchSize = 4;
        o.NumBatchesPerEpoch = 1;
    })
    .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (epochs, 1e-3))
    .UseDdpo(o => (o.ClipRange, o.SkipLastTimesteps) = (1e-3, 2))
    .ConfigureCheckpoints(o => (o.Directory, o.Overwrite, o.SaveEveryEpochs, o.SaveSamplesEveryEpochs) = (folder, true, 10, 50))
    .WithSeed(1)
    .Build();

Directory.CreateDirectory(folder);
var measured = new List<Memory>();
using var liveTensors = new LiveTensors();
await foreach (var epoch in trainer.TrainAsync())
{
    measured.Add(Memory.Now(epoch.Index + 1, liveTensors.Count()));
    if (measured.Count % Window == 0)
    {
        Console.WriteLine(measured[^1]);
    }
}

File.WriteAllLines(Path.Combine(folder, "memory.csv"), measured.Select(memory => memory.ToCsv()).Prepend(Memory.CsvHeader));

// RSS swings by some MB from epoch to epoch, as allocators keep or return pages: a leak shows in means over windows of epochs.
var windows = measured.Skip(Settled).Chunk(Window).Where(window => window.Length == Window).ToList();
var rss = windows.ConvertAll(window => window.Average(memory => memory.RssBytes));
var tensors = windows.ConvertAll(window => window.Average(memory => memory.LiveTensors));
var all = measured.Skip(Settled).Select(memory => memory.RssBytes).DefaultIfEmpty().ToList();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"""
    after epoch {Settled}, means of {Window} epochs each: RSS {rss.Min() / 1e6:F1} to {rss.Max() / 1e6:F1} MB ({Drift(rss):P1} from the first), live tensors {tensors.Min():F0} to {tensors.Max():F0}
    single epochs: RSS {all.Min() / 1e6:F1} to {all.Max() / 1e6:F1} MB
    """));
var isFlat = Drift(rss) <= Limit && Drift(tensors) <= Limit;
Console.WriteLine(isFlat ? $"flat: within {Limit:P0}" : $"not flat: more than {Limit:P0}");
return isFlat ? 0 : 1;

static double Drift(List<double> means) => means.Max(mean => Math.Abs(mean - means[0])) / means[0];

/// <summary>What a process uses after an epoch.</summary>
internal sealed record Memory(int Epoch, long RssBytes, long ManagedBytes, long LiveTensors)
{
    public const string CsvHeader = "epoch,rss_bytes,managed_bytes,live_tensors";

    /// <summary>As it is, without a collection: what was forgotten to be freed counts.</summary>
    public static Memory Now(int epoch, long liveTensors) =>
        new(epoch, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), liveTensors);

    public string ToCsv() => string.Create(CultureInfo.InvariantCulture, $"{Epoch},{RssBytes},{ManagedBytes},{LiveTensors}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch,4}  RSS {RssBytes / 1e6,7:F1} MB  managed {ManagedBytes / 1e6,6:F1} MB  live tensors {LiveTensors}");
}
