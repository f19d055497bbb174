using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>One run, from loading the model to the command that generates with what was trained.</summary>
internal sealed class TrainingRun(ProgramSettings settings, ICollective collective, Screen screen)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Everything that a training run can be told.</summary>
    public static IReadOnlyList<Setting> Settings => [.. SettingTree.Of(new DdpoOptions()), .. RewardKinds.Settings];

    /// <summary>Trains until the last epoch, or until stopped.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var log = new ConsoleLog(screen, TrainingDisplay.Events);
        var display = new TrainingDisplay(screen);
        var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(log)
            .AddSingleton(collective)
            .AddSingleton<IProgress<LoadProgress>>(new LoadDisplay(screen))
            .AddSingleton<IProgress<HubProgress>>(new LoadDisplay(screen))
            .AddSingleton<IRunObserver>(display);
        var library = services.AddDdpoAudio(settings.Without()).Configure(Complete)
            .AddTraining(); // so that prompts and rewards are asked for before anything is loaded
        RewardKinds.Add(library);
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DdpoOptions>>().Value;
        var folder = options.Checkpoints.Directory
            ?? throw new SettingsException("Checkpoints:Directory is missing: the folder for what the run writes.");
        await using var trainer = await provider.GetRequiredService<IDdpoTrainerFactory>().CreateAsync(null, cancellationToken);
        screen.Print($"loaded the model and the rewards in {Figures.Time(_clock.Elapsed)}{(collective.Size > 1 ? $" on {collective.Size} ranks" : "")}"
            + $"{(options.Seed is { } seed ? $"; seed {seed}" : "")}");
        try
        {
            await foreach (var epoch in trainer.TrainAsync(screen.IsFirst ? display : null, cancellationToken))
            {
            }
        }
        catch (Exception exception) when (!screen.IsFirst && exception is (RewardException or IOException or InvalidOperationException))
        {
            return 1; // rank 0 was told, and says it
        }
        catch (OperationCanceledException) when (screen.IsFirst && Directory.Exists(Path.Combine(folder, "checkpoints")))
        {
            PrintFiles(folder, options);
            screen.Print("Go on with the same command and --resume latest.");
            throw;
        }

        if (screen.IsFirst && !display.NothingWasLeft)
        {
            PrintFiles(folder, options);
        }

        return 0;
    }

    private void Complete(DdpoOptions options)
    {
        Assets.Find(options);
        options.Seed ??= options.Checkpoints.ResumeFrom is null && collective.Size == 1 ? (ulong)Random.Shared.NextInt64() : null; // to be shown
    }

    private void PrintFiles(string folder, DdpoOptions options)
    {
        var newest = Directory.GetDirectories(Path.Combine(folder, "checkpoints"), "epoch-*").Order(StringComparer.Ordinal).Last();
        screen.Print($"""
            wrote  {newest}
                   {Path.Combine(folder, "report.html")} (open it in a browser), metrics.jsonl and validation.jsonl beside it
                   {Path.Combine(folder, "settings.json")} (to repeat the run: --settings)
            in {Figures.Time(_clock.Elapsed)}.{(options.Lora is not null ? GenerateCommand(options, newest) : "")}
            """);
    }

    private static string GenerateCommand(DdpoOptions options, string checkpoint) => $"""
         Generate with it:
          dotnet run -c Release --project samples/Generate -- --model {options.Pipeline.Path} --adapter {checkpoint}
        """;
}
