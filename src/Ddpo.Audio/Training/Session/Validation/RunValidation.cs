using Ddpo.Audio.Training.Parameters;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Session.Stopping;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Session.Validation;

/// <summary>Makes validation clips when they are due, with the weights that would be saved, and keeps those of the best round.</summary>
internal sealed class RunValidation : IDisposable
{
    private readonly RunSetup _run;
    private readonly RunFolder? _folder;
    private readonly Learner _learner;
    private readonly ValidationSampler _sampler;
    private readonly BestWeights? _best;

    /// <param name="run">The run's.</param>
    /// <param name="folder">The run's; <see langword="null"/> makes no clips.</param>
    /// <param name="learner">Has the weights; stays the caller's.</param>
    /// <param name="from">What the run goes on from; <see langword="null"/> for a new one.</param>
    /// <param name="before">The rounds until then.</param>
    /// <param name="logger">Told of rewards that fail.</param>
    public RunValidation(
        RunSetup run,
        RunFolder? folder,
        Learner learner,
        TrainingCheckpoint? from,
        IReadOnlyList<(ValidationRound Round, ValidationScores Scores)> before,
        ILogger logger)
    {
        (_run, _folder, _learner) = (run, folder, learner);
        _sampler = new ValidationSampler(run, before.Count == 0 ? null : before[0].Scores, logger);
        if (folder is not null && run.Options.Stopping.Best is not null)
        {
            var now = before.Select(one => one.Round).LastOrDefault(round => round.Epochs == (from?.State.Epochs ?? 0));
            _best = BestWeights.Begin(run.Options, learner, folder.Root, from, now);
        }
    }

    /// <inheritdoc cref="BestWeights.Best"/>
    public BestRound? Best => _best?.Best;

    /// <inheritdoc cref="BestRule.StopReason"/>
    public string? StopReason { get; private set; }

    /// <summary>Makes the clips after so many epochs, when they are due: the first rank says it, for it has the folder.</summary>
    /// <param name="epochs">Epochs done.</param>
    /// <param name="isLast">Whether there will be no further epoch.</param>
    /// <param name="report">Told of clips that are made.</param>
    /// <param name="cancellationToken">Looked at in every denoising step.</param>
    /// <returns>What they got; <see langword="null"/> when there are none to make, or another rank writes them.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task<ValidationRound?> MakeAsync(int epochs, bool isLast, EpochReporter report, CancellationToken cancellationToken)
    {
        var path = _folder?.ValidationFolder(epochs, isLast);
        var round = await _run.Ranks.FromFirstAsync("validation", path is not null, cancellationToken).ConfigureAwait(false)
            ? await MakeAsync(epochs, path, report, cancellationToken).ConfigureAwait(false)
            : null;
        StopReason = await _run.Ranks.FromFirstAsync("best round", _best?.StopReason, CancellationToken.None).ConfigureAwait(false);
        return round;
    }

    private async Task<ValidationRound?> MakeAsync(int epochs, string? path, EpochReporter report, CancellationToken cancellationToken)
    {
        ValidationRound? round;
        var result = await _run.Diffusion.RunAsync(_learner.UseResult, CancellationToken.None).ConfigureAwait(false);
        try
        {
            round = await _sampler.MakeAsync(epochs, path, report, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _run.Diffusion.FreeAsync(() => result?.Dispose()).ConfigureAwait(false);
        }

        if (round is not null)
        {
            await _run.Diffusion.RunAsync(() => _best?.Judge(round), CancellationToken.None).ConfigureAwait(false);
            _folder!.Validated(round);
        }

        return round;
    }

    /// <summary>Writes what a trainer saves, on the first rank, and returns the file's path.</summary>
    public string Save(string directory) => !_run.Ranks.IsFirst ? Path.Combine(directory, _learner.Parameters.FileName)
        : _best is { IsSaved: true } ? _best.Save(directory) : _learner.Save(directory, _learner.Result);

    /// <summary>Writes what a checkpoint has to have.</summary>
    public void SaveAll(string folder) => _best?.SaveAll(folder);

    public void Dispose() => _best?.Dispose();
}
