using System.Diagnostics;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Settings;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Session.Validation;

/// <summary>Makes and scores the validation clips with the policy as it is. Ranks share out whole batches, so that clips are the same on one and on many.</summary>
internal sealed class ValidationSampler
{
    // Of the prompt source, when no prompts are given; and how many are drawn to find them.
    private const int DefaultPrompts = 4, Draws = 64;

    private readonly RunSetup _run;
    private readonly ValidationOptions _options;
    private readonly Prompt[] _prompts;
    private readonly RewardScorer _scorer;
    private readonly ReferenceClips? _reference;
    private readonly int _size;
    private ValidationScores? _first;

    /// <param name="run">The run's.</param>
    /// <param name="first">What the clips got at first, in a run that goes on.</param>
    /// <param name="logger">Told of rewards that fail.</param>
    public ValidationSampler(RunSetup run, ValidationScores? first, ILogger logger)
    {
        (_run, _options, _first) = (run, run.Options.Validation, first);
        _size = _options.BatchSize == 0 ? run.Options.Sampling.BatchSize : _options.BatchSize;
        _prompts = [.. PromptsOf(run).SelectMany(prompt => Enumerable.Repeat(prompt, _options.NumClipsPerPrompt))];

        // Whatever training does about a reward that fails: here it only lacks a value.
        var failures = new RewardFailureOptions { Retries = run.Options.RewardFailures.Retries, Action = RewardFailureAction.DropSamples };
        _scorer = new RewardScorer(run.Functions, failures, logger, classify: true);
        _reference = ReferenceClips.Of(run);
    }

    /// <summary>Makes, scores and writes the clips. Their folder appears when all are there.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="folder">Where they go; <see langword="null"/> on a rank that writes nothing.</param>
    /// <param name="report">Told of clips that are made.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <returns>What they got, on the rank that writes; <see langword="null"/> on others.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task<ValidationRound?> MakeAsync(int epochs, string? folder, EpochReporter report, CancellationToken cancellationToken)
    {
        var (clock, ranks, isScoredHere) = (Stopwatch.StartNew(), _run.Ranks, !_run.Options.Sampling.ScoreOnRankZero);
        using var files = folder is null ? null : new SampleFolder(folder, WaveEncoding.Pcm16);
        var own = new List<ValidationBatch>();
        foreach (var (batch, prompts) in _prompts.Chunk(_size).Index().Where(one => one.Index % ranks.Size == ranks.Rank))
        {
            var clips = await _run.Pipeline.GenerateAsync(Request(prompts, batch * _size), progress: null, cancellationToken).ConfigureAwait(false);
            report.Validated((batch * _size) + prompts.Length, _prompts.Length);
            own.Add(new ValidationBatch(
                batch,
                isScoredHere ? await ScoreAsync(clips, prompts, cancellationToken).ConfigureAwait(false) : null,
                isScoredHere ? await EmbedAsync(clips, cancellationToken).ConfigureAwait(false) : null,
                isScoredHere ? Kept(batch, clips) : clips));
            if (ranks.IsAlone && isScoredHere)
            {
                files!.Add(own[^1].Clips);
                own[^1] = own[^1] with { Clips = [] }; // so that nobody has to keep them
            }
        }

        var (batches, vectors) = (new List<RewardScores>(), new List<float[]>());
        foreach (var (batch, scored, embedded, clips) in await ValidationBatch.GatherAsync(ranks, own, _run.Pipeline.SampleRate, cancellationToken).ConfigureAwait(false))
        {
            files!.Add(scored is null ? Kept(batch, clips) : clips);
            batches.Add(scored ?? await ScoreAsync(clips, [.. _prompts.Skip(batch * _size).Take(_size)], cancellationToken).ConfigureAwait(false));
            vectors.AddRange((scored is null ? await EmbedAsync(clips, cancellationToken).ConfigureAwait(false) : embedded) ?? []);
        }

        if (files is null)
        {
            return null;
        }

        var distances = _reference is null ? [] : await _reference.CompareAsync(vectors, _prompts.Length, cancellationToken).ConfigureAwait(false);
        return Complete(epochs, folder!, files, RewardScores.Concat(batches), distances, clock);
    }

    private ValidationRound Complete(
        int epochs, string folder, SampleFolder files, RewardScores said, IReadOnlyList<SetDistance> distances, Stopwatch clock)
    {
        var scores = ValidationScores.Of(said, _run.Rewards);
        var round = scores.Summarize(epochs, _first, clock.Elapsed.TotalSeconds) with { SetDistances = distances };
        var kept = Enumerable.Range(0, _prompts.Length).Where(IsKept).Select(i => (_prompts[i], said.OfSample(i)));
        var samples = files.Complete(kept, partial => ValidationFolders.Write(partial, round, scores));
        _first ??= scores;
        return round with { Folder = folder, Samples = samples };
    }

    private static IEnumerable<Prompt> PromptsOf(RunSetup run) => run.Options.Validation.Prompts.Count > 0
        ? run.Options.Validation.Prompts
        : (run.Prompts.AllPrompts ?? run.Prompts.Draw(Draws, run.Options.Validation.Seed)).DistinctBy(prompt => prompt.Text).Take(DefaultPrompts);

    private async Task<RewardScores> ScoreAsync(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await _scorer.ScoreAsync(clips, prompts, sideBySide: false, stop).ConfigureAwait(false);
    }

    private async Task<float[][]?> EmbedAsync(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken) =>
        _reference is null ? null : await _reference.EmbedAsync(clips, cancellationToken).ConfigureAwait(false);

    private AudioClip[] Kept(int batch, IReadOnlyList<AudioClip> clips) => [.. clips.Where((_, i) => IsKept((batch * _size) + i))];

    private bool IsKept(int clip) => clip % _options.NumClipsPerPrompt < (_options.NumKeptClipsPerPrompt ?? int.MaxValue);

    private AudioRequest Request(Prompt[] prompts, int first)
    {
        var sampling = _run.Options.Sampling;
        return new(prompts)
        {
            NegativePrompt = sampling.NegativePrompt,
            Duration = sampling.Duration,
            NumInferenceSteps = _options.NumInferenceSteps ?? sampling.NumInferenceSteps,
            GuidanceScale = _options.GuidanceScale ?? sampling.GuidanceScale,
            Eta = _options.Eta ?? sampling.Eta,
            Seed = unchecked(_options.Seed + (ulong)first),
        };
    }
}
