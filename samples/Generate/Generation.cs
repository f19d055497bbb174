using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Samples;

/// <summary>
/// Generates all clips, batch by batch, and writes each batch as soon as it is there. Of several ranks, each makes its share of the batches, and the first writes
/// them all, in the same order as one would.
/// </summary>
internal sealed class Generation(GenerateSettings settings, ProgramSettings given, ICollective collective, Screen screen)
{
    private readonly OutputFolder _folder = new(settings.Output);
    private readonly FileNames _names = new(settings.FileName);
    private readonly List<SampleEntry> _written = [];

    /// <summary>Generates; stopped, what is written stays, and is listed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var prompts = Prompts();
        if (screen.IsFirst)
        {
            _folder.ThrowIfUsed(settings.Overwrite);
        }

        settings.Seed ??= await SameSeedAsync(cancellationToken);
        using var log = new ConsoleLog(screen);
        var display = new LoadDisplay(screen);
        settings.Pipeline.Hub.Progress = display;
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(
            Assets.Find(settings.Pipeline.Path!),
            new()
            {
                Device = settings.Pipeline.Device,
                Precision = settings.Pipeline.Precision,
                DecodingPrecision = settings.Pipeline.DecodingPrecision,
                NumThreads = settings.Pipeline.NumThreads,
                Hub = settings.Pipeline.Hub,
                LoggerFactory = log,
            },
            display,
            cancellationToken);
        await using var adapter = settings.Adapter is { } path
            ? await pipeline.ApplyLoraAsync(path, settings.Scale, cancellationToken)
            : null;

        if (screen.IsFirst)
        {
            _folder.Clear();
            await given.WriteAsync(_folder["settings.json"], nameof(settings.Seed), settings.Seed, cancellationToken);
        }

        var clock = Stopwatch.StartNew();
        var promptsAtOnce = Math.Max(1, settings.BatchSize / settings.NumWaveformsPerPrompt);
        foreach (var round in prompts.Chunk(promptsAtOnce).Select((batch, i) => (Batch: batch, First: i * promptsAtOnce)).Chunk(collective.Size))
        {
            IReadOnlyList<AudioClip> clips = [];
            if (collective.Rank < round.Length)
            {
                var (batch, first) = round[collective.Rank];
                clips = await pipeline.GenerateAsync(Request(batch, first), Progress(first, batch.Length, prompts.Length), cancellationToken);
            }

            foreach (var (clip, prompt) in (await GatherAsync(clips, cancellationToken)).Zip(
                round.SelectMany(one => one.Batch).SelectMany(prompt => Enumerable.Repeat(prompt, settings.NumWaveformsPerPrompt))))
            {
                await WriteAsync(clip, prompt);
            }

            if (screen.IsFirst)
            {
                SampleManifest.Write(_folder[SampleManifest.FileName], _written);
            }
        }

        screen.Print($"wrote {Figures.Count(_written.Count, "clip")} and {_folder[SampleManifest.FileName]} in {Figures.Time(clock.Elapsed)}; seed {settings.Seed}");
        return 0;
    }

    /// <summary>A seed that all ranks have.</summary>
    private async Task<ulong> SameSeedAsync(CancellationToken cancellationToken)
    {
        var seed = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(seed, (ulong)Random.Shared.NextInt64());
        await collective.BroadcastAsync(seed, 0, cancellationToken);
        return BinaryPrimitives.ReadUInt64LittleEndian(seed);
    }

    /// <summary>The clips of all ranks, in order, on the first; they are mono and of one length.</summary>
    private async Task<IReadOnlyList<AudioClip>> GatherAsync(IReadOnlyList<AudioClip> own, CancellationToken cancellationToken)
    {
        if (collective.Size == 1)
        {
            return own;
        }

        byte[] samples = [.. own.SelectMany(clip => MemoryMarshal.AsBytes(clip.Samples.Span).ToArray())];
        var all = await collective.GatherPartsAsync(samples, 0, cancellationToken);
        return
        [
            .. all.SelectMany(part => MemoryMarshal.Cast<byte, float>(part.Span).ToArray().Chunk(own[0].Samples.Length))
                .Select(clip => new AudioClip(clip, own[0].SampleRate)),
        ];
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
        GuidanceInterval = new(settings.GuidanceInterval.Lowest, settings.GuidanceInterval.Highest),
        PromptPadding = settings.PromptPadding,
        Eta = settings.Eta,
        NumWaveformsPerPrompt = settings.NumWaveformsPerPrompt,
        Seed = settings.Seed + (ulong)(first * settings.NumWaveformsPerPrompt),
    };

    private StepProgress Progress(int first, int count, int total) => new(step => screen.Show(
        () => $"{first * settings.NumWaveformsPerPrompt}/{Figures.Count(total * settings.NumWaveformsPerPrompt, "clip")} written, step {step.Step}/{step.TotalSteps}",
        (first + ((double)count * step.Step / step.TotalSteps)) / total));

    // Not cancellable: a batch that was made is worth being kept.
    private async Task WriteAsync(AudioClip clip, Prompt prompt)
    {
        var file = _names.Next(prompt);
        await clip.SaveWaveAsync(_folder[file], settings.Encoding, CancellationToken.None);
        _written.Add(new SampleEntry(file, prompt));
        screen.Print($"{_folder[file]}  \"{prompt}\"");
    }
}
