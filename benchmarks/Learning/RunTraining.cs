using System.Globalization;
using Ddpo.Audio.Rewards;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio.Benchmarks.Learning;

/// <summary>Trains as the files of a task and of an algorithm say, and measures held-out clips before, half way and after.</summary>
internal static class RunTraining
{
    private const int Parts = 2;

    // CLAP once more, with alternatives: not in every task.
    private const string Contrast = "clap_contrast";

    /// <summary>Does a run, and keeps what it measured.</summary>
    public static async Task RunAsync(StudyRun run, StudyResults results, int threads, CancellationToken cancellationToken)
    {
        var folder = results.RunFolder(run);
        var (configuration, samplesPerEpoch) = Configuration(run, folder);
        var measured = new Measured(run, samplesPerEpoch, threads);
        var services = new ServiceCollection().AddSingleton<IRunObserver>(measured);
        var builder = services.AddDdpoAudio(configuration).Configure(FindAssets).AddClapReward().AddEmopiaReward().AddLoudnessReward()
            .AddReward(Measured.Instrument, async (_, stop) => await InstrumentMetric.FromPretrainedAsync(Find(configuration[$"Rewards:{Measured.Clap}:Path"])!, stop));
        if (configuration.GetSection($"Rewards:{Contrast}").Exists())
        {
            builder.AddClapReward(Contrast);
        }

        await using (var provider = services.BuildServiceProvider())
        {
            await using var trainer = await provider.GetRequiredService<IDdpoTrainerFactory>().CreateAsync(null, cancellationToken);
            await foreach (var _ in trainer.TrainAsync(null, cancellationToken))
            {
            }

            await trainer.SaveAsync(results.AdapterFolder(run), cancellationToken);
        }

        results.Add(run, measured.Rows);
        Directory.Delete(folder, recursive: true);
    }

    private static (IConfiguration Settings, int SamplesPerEpoch) Configuration(StudyRun run, string folder)
    {
        var files = new ConfigurationBuilder().AddJsonFile(StudyRun.FileOf("tasks", run.Task)).AddJsonFile(StudyRun.FileOf("algorithms", run.Algorithm));
        var sampling = DdpoConfiguration.Bind(files.Build().GetSection(nameof(DdpoOptions.Sampling)), new SamplingOptions());
        var samples = sampling.BatchSize * sampling.NumBatchesPerEpoch;
        var epochs = Math.Max(1, run.Samples / samples);
        var settings = new Dictionary<string, string?>
        {
            ["Seed"] = Text(run.Seed),
            ["Training:NumEpochs"] = Text(epochs),
            ["Validation:EveryEpochs"] = Text((epochs + Parts - 1) / Parts),
            ["Checkpoints:Directory"] = folder,
            ["Checkpoints:Overwrite"] = "true",
            [$"Rewards:{Measured.Instrument}:MetricOnly"] = "true",
        };
        if (run.LearningRate is { } rate)
        {
            settings["Training:LearningRate"] = Text(rate);
        }

        return (files.AddInMemoryCollection(settings).Build(), samples);
    }

    private static void FindAssets(DdpoOptions options)
    {
        options.Pipeline.Path = Find(options.Pipeline.Path);
        foreach (var reward in options.Rewards.Values)
        {
            reward.Path = Find(reward.Path);
        }
    }

    private static string? Find(string? path) => path is null ? null : Path.Combine(AppContext.BaseDirectory, path);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
