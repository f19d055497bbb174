using System.Diagnostics;

namespace Ddpo.Audio.Samples;

/// <summary>Generates all clips, batch by batch, and writes each batch as soon as it is there.</summary>
internal sealed class Generation(GenerateSettings settings, ProgramSettings given, StatusLine status)
{
    private readonly OutputFolder _folder = new(settings.Output);
    private readonly FileNames _names = new(settings.FileName);
    private readonly List<SampleEntry> _written = [];

    /// <summary>Generates; stopped, what is written stays, and is listed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        settings.Seed ??= (ulong)Random.Shared.NextInt64();
        var prompts = Prompts();
        _folder.ThrowIfUsed(settings.Overwrite);
        using var log = new ConsoleLog(status);
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            Assets.Find(settings.Pipeline.Path!),
            new() { Device = settings.Pipeline.Device, Precision = settings.Pipeline.Precision, LoggerFactory = log },
            new LoadDisplay(status),
            cancellationToken);
        await using var adapter = settings.Adapter is { } path
            ? await pipeline.ApplyLoraAsync(path, settings.Scale, cancellationToken)
            : null;

        _folder.Clear();
        await given.WriteAsync(_folder["settings.json"], nameof(settings.Seed), settings.Seed, cancellationToken);
        var clock = Stopwatch.StartNew();
        var promptsAtOnce = Math.Max(1, settings.BatchSize / settings.NumWaveformsPerPrompt);
        for (var first = 0; first < prompts.Length; first += promptsAtOnce)
        {
            var batch = prompts[first..Math.Min(first + promptsAtOnce, prompts.Length)];
            var clips = await pipeline.GenerateAsync(Request(batch, first), Progress(first, batch.Length, prompts.Length, clock), cancellationToken);
            for (var i = 0; i < clips.Count; i++)
            {
                await WriteAsync(clips[i], batch[i / settings.NumWaveformsPerPrompt]);
            }

            SampleManifest.Write(_folder[SampleManifest.FileName], _written);
        }

        status.Print($"wrote {Figures.Count(_written.Count, "clip")} and {_folder[SampleManifest.FileName]} in {Figures.Time(clock.Elapsed)}; seed {settings.Seed}");
        return 0;
    }

    private Prompt[] Prompts()
    {
        Prompt[] prompts =
            [.. settings.Prompts.ToSource().AllPrompts!.SelectMany(prompt => Enumerable.Repeat(prompt, settings.ClipsPerPrompt))];
        _names.Check(prompts.SelectMany(prompt => Enumerable.Repeat(prompt, settings.NumWaveformsPerPrompt)));
        return prompts;
    }

    private AudioRequest Request(Prompt[] batch, int first) => new(batch)
    {
        NegativePrompt = settings.NegativePrompt,
        NumInferenceSteps = settings.NumInferenceSteps,
        Scheduler = settings.Scheduler switch
        {
            SchedulerChoice.Ddim => AudioScheduler.Ddim,
            SchedulerChoice.DpmSolver => AudioScheduler.DpmSolver,
            SchedulerChoice.DpmSolverKarras => new DpmSolverMultistep { UseKarrasSigmas = true },
            _ => null,
        },
        Duration = settings.Duration,
        GuidanceScale = settings.GuidanceScale,
        Eta = settings.Eta,
        NumWaveformsPerPrompt = settings.NumWaveformsPerPrompt,
        Seed = settings.Seed + (ulong)(first * settings.NumWaveformsPerPrompt),
    };

    private StepProgress Progress(int first, int count, int total, Stopwatch clock) => new(step => status.Show(() =>
    {
        var done = (first + ((double)count * step.Step / step.TotalSteps)) / total;
        return $"{first * settings.NumWaveformsPerPrompt}/{Figures.Count(total * settings.NumWaveformsPerPrompt, "clip")} written, "
            + $"step {step.Step}/{step.TotalSteps}  {ProgressBar.Draw(done, clock.Elapsed)}";
    }));

    // Not cancellable: a batch that was made is worth being kept.
    private async Task WriteAsync(AudioClip clip, Prompt prompt)
    {
        var file = _names.Next(prompt);
        await clip.SaveWaveAsync(_folder[file], settings.Encoding, CancellationToken.None);
        _written.Add(new SampleEntry(file, prompt));
        status.Print($"{_folder[file]}  \"{prompt}\"");
    }
}
