using Ddpo.Audio.Reports;
using Ddpo.Audio.Training.Rewards;
using Ddpo.Audio.Training.Runs;
using Ddpo.Audio.Training.Settings;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Validation;

/// <summary>Makes the validation clips with the policy as it is.</summary>
internal sealed class ValidationSampler
{
    // Of the prompt source, when no prompts are given; and how many are drawn to find them.
    private const int DefaultPrompts = 4, Draws = 64;

    private readonly DdpoSettings _settings;
    private readonly Prompt[] _prompts;
    private readonly RewardScorer _scorer;

    public ValidationSampler(DdpoSettings settings, ILogger logger)
    {
        _settings = settings;
        _prompts = [.. PromptsOf(settings).SelectMany(prompt => Enumerable.Repeat(prompt, settings.Validation.NumClipsPerPrompt))];

        // Whatever training does about a reward that fails: here it only lacks a value.
        _scorer = new RewardScorer(
            [.. settings.Rewards.Select(reward => reward.Function), .. settings.Metrics],
            new() { Retries = settings.RewardFailures.Retries, Action = RewardFailureAction.DropSamples },
            logger);
    }

    /// <summary>Makes, scores and writes the clips. Their folder appears when all are there.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="folder">Where they go.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task<ValidationRound> MakeAsync(int epochs, string folder, CancellationToken cancellationToken)
    {
        using var kept = new SampleFolder(folder, WaveEncoding.Pcm16);
        var scores = new List<RewardScores>();
        foreach (var (batch, prompts) in _prompts.Chunk(_settings.Sampling.BatchSize).Index())
        {
            var request = Request(prompts, first: batch * _settings.Sampling.BatchSize);
            var clips = await _settings.Pipeline.GenerateAsync(request, progress: null, cancellationToken).ConfigureAwait(false);
            kept.Add(clips);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            scores.Add(await _scorer.ScoreAsync(clips, prompts, sideBySide: false, stop).ConfigureAwait(false));
        }

        return new ValidationRound(epochs, folder, kept.Complete(_prompts, RewardScores.Concat(scores)));
    }

    private static IEnumerable<Prompt> PromptsOf(DdpoSettings settings) => settings.Validation.Prompts.Count > 0
        ? settings.Validation.Prompts
        : (settings.Prompts.AllPrompts ?? settings.Prompts.Draw(Draws, settings.Validation.Seed)).DistinctBy(prompt => prompt.Text).Take(DefaultPrompts);

    private AudioRequest Request(Prompt[] prompts, int first) => new(prompts)
    {
        NegativePrompt = _settings.Sampling.NegativePrompt,
        Duration = _settings.Sampling.Duration,
        NumInferenceSteps = _settings.Sampling.NumInferenceSteps,
        GuidanceScale = _settings.Sampling.GuidanceScale,
        Eta = _settings.Sampling.Eta,
        Seed = unchecked(_settings.Validation.Seed + (ulong)first),
    };
}
