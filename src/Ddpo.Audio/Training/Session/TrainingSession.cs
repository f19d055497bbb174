using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Parameters;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Session.Stopping;
using Ddpo.Audio.Training.Session.Validation;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Sharing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Training.Session;

/// <summary>The life of a run: start, stop, resume, save, validate, tell observers. How an epoch improves the model is the algorithm's.</summary>
internal sealed class TrainingSession : IPolicyTrainer
{
    private const string Cancelled = "cancelled";

    private readonly RankGroup _ranks;
    private readonly RewardScorer _scorer;
    private readonly RewardScorer? _metrics;
    private readonly RunFolder? _folder;
    private readonly ObserverGroup _observers;
    private readonly ILogger _logger;
    private readonly StoppableWork _work = new();
    private readonly List<DdpoEpoch> _history = [];
    private RunSetup _run;
    private JsonObject? _compared;
    private Learner? _learner;
    private IStochasticScheduler? _scheduler;
    private RewardSum _rewardSum;
    private StoppingRules _rules;
    private RunValidation? _validation;
    private IDisposable? _lock;
    private IDisposable? _checkpointing;
    private RunEnd? _ended;
    private bool _training;

    public TrainingSession(RunSetup run)
    {
        (_run, _ranks) = (run, run.Ranks);
        _logger = RankLogger.Of(run.LoggerFactory?.CreateLogger<TrainingSession>() ?? NullLogger<TrainingSession>.Instance, _ranks);
        _scorer = new RewardScorer(run.Functions, run.Options.RewardFailures, _logger);
        _metrics = run.Metrics.Count == 0 ? null : new RewardScorer(run.Metrics, run.Options.RewardFailures, _logger);
        _rewardSum = new RewardSum(run.Rewards);
        _rules = new StoppingRules(run.Options.Stopping, []);
        _folder = _ranks.IsFirst ? RunFolder.Of(run.Options, _logger) : null; // the first rank writes
        _observers = _ranks.IsFirst ? new ObserverGroup(RunObservers.Of(run.Options.Observers), run.Observers, _logger) : new ObserverGroup([], [], _logger);
    }

    /// <summary>Epochs done.</summary>
    private int Epochs => _history.Count;

    private int NumEpochs => _run.Options.Training.NumEpochs;

    private string Name => _folder is null ? "" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_folder.Root)));

    public async IAsyncEnumerable<DdpoEpoch> TrainAsync(
        IProgress<DdpoProgress>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _work.ThrowIfEnded();
        if (Interlocked.Exchange(ref _training, true))
        {
            throw new InvalidOperationException("This trainer is training already. Wait for that loop to end, or build another trainer.");
        }

        var isLeft = false;
        _ended = null;
        _ranks.Begin();
        try
        {
            await WorkAsync(stop => _run.Diffusion.RunAsync(Prepare, stop), cancellationToken).ConfigureAwait(false);
            using var trace = new RunTrace(_run, Name, _logger, Epochs);
            for (DdpoEpoch? epoch = null; epoch?.StopReason is null && Epochs < NumEpochs;)
            {
                await WorkAsync(stop => trace.WatchAsync(() => ValidateAsync(isLast: false, progress, stop)), cancellationToken).ConfigureAwait(false);
                if (_validation!.StopReason is { } enough)
                {
                    trace.Stopped(enough);
                    _ended = new RunEnd(RunOutcome.Stopped, Epochs, enough);
                    break;
                }

                await WorkAsync(
                    async stop => epoch = await trace.EpochAsync(Epochs, () => RunEpochAsync(progress, stop)).ConfigureAwait(false),
                    cancellationToken).ConfigureAwait(false);
                trace.Done(epoch!);
                _ended = epoch!.StopReason is { } reason ? new RunEnd(RunOutcome.Stopped, Epochs, reason) : null;
                isLeft = true; // unless the caller comes back for more
                yield return epoch;
                isLeft = false;
            }

            await WorkAsync(stop => trace.WatchAsync(() => ValidateAsync(isLast: true, progress, stop)), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (_learner is not null)
            {
                _observers.OnEnd(_ended ?? (Epochs >= NumEpochs
                    ? new RunEnd(RunOutcome.Finished, Epochs, "")
                    : new RunEnd(RunOutcome.Stopped, Epochs, "the program took no further epoch")));
            }

            try
            {
                await KeepWholeEpochsAsync(canThrow: isLeft).ConfigureAwait(false);
            }
            finally
            {
                await TellRanksAsync(isLeft).ConfigureAwait(false); // last, for what is to be saved must not wait for others
                Volatile.Write(ref _training, false);
            }
        }
    }

    public Task<string> SaveAsync(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _work.ThrowIfEnded();
        return _run.Diffusion.RunAsync(() => Prepare().Save(directory), cancellationToken);
    }

    public async ValueTask DisposeAsync() => await _work.EndAsync(async () =>
    {
        using var held = _lock;
        await KeepWholeEpochsAsync(canThrow: false).ConfigureAwait(false);
        _observers.Dispose();
        if (Epochs == 0)
        {
            _folder?.GiveBack();
        }

        await _run.Diffusion.FreeAsync(() =>
        {
            _scheduler?.Dispose();
            _validation?.Dispose();
            _checkpointing?.Dispose();
            _learner?.Dispose();
            (_run.Options.Algorithm == TrainingAlgorithm.Own ? null : _run.Algorithm as IDisposable)?.Dispose(); // an own one stays the caller's
        }).ConfigureAwait(false);
    }).ConfigureAwait(false);

    /// <summary>Tells the other ranks how training ended on this one: they end, too, if they had not.</summary>
    private Task TellRanksAsync(bool isLeft) => _ended switch
    {
        { Outcome: RunOutcome.Failed } failed => _ranks.EndAsync(RankState.Failed, failed.Reason),
        { Reason: Cancelled } => _ranks.EndAsync(RankState.Stopped, Cancelled),
        _ => _ranks.EndAsync(isLeft ? RankState.Left : RankState.Done, $"after epoch {Epochs}"),
    };

    /// <summary>Does a piece of the training, and keeps in mind how it ended when it did not end well.</summary>
    private async Task WorkAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await _work.RunAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _ended = exception is OperationCanceledException or ObjectDisposedException
                ? new RunEnd(RunOutcome.Stopped, Epochs, Cancelled)
                : new RunEnd(RunOutcome.Failed, Epochs, exception.Message);
            throw;
        }
    }

    private EpochReporter Reporter(IProgress<DdpoProgress>? progress) =>
        new(progress, _run, Epochs, Epochs == 0 ? double.NaN : _history[^1].Reward.Mean);

    /// <summary>Makes the clips by which one hears what training does, when they are due. Between epochs: they are not part of any.</summary>
    private async Task ValidateAsync(bool isLast, IProgress<DdpoProgress>? progress, CancellationToken cancellationToken)
    {
        if (await _validation!.MakeAsync(Epochs, isLast, Reporter(progress), cancellationToken).ConfigureAwait(false) is { } round)
        {
            _observers.OnValidation(round);
        }
    }

    /// <summary>An epoch happens whole or not at all: when it fails or is cancelled, the next one is the same epoch again, bit for bit.</summary>
    private async Task<DdpoEpoch> RunEpochAsync(IProgress<DdpoProgress>? progress, CancellationToken cancellationToken)
    {
        var (clock, index, learner) = (Stopwatch.StartNew(), Epochs, _learner!);
        var report = Reporter(progress);
        var sampler = new RolloutSampler(_run.Diffusion, _scheduler!, _run.Options.Sampling, _run.Pipeline.SampleRate);
        var direct = new DirectRollouts(_run, _scheduler!, learner.Parameters, _metrics, index, report);
        var rollouts = new EpochRollouts(_run, sampler, direct, _scorer, _rewardSum, index, report);
        var remembered = _run.Algorithm.SaveState();
        await _run.Diffusion.RunAsync(learner.BeginEpoch, cancellationToken).ConfigureAwait(false);
        DdpoEpoch epoch;
        try
        {
            using var kept = _run.KeepsSamples(index) ? _folder?.SampleFolder(index) : null;
            var context = new EpochContext(index, _run, _scheduler!, learner.Parameters, learner.Optimizer, rollouts, kept, report, _logger);
            var result = await AgreeAsync(
                index, rollouts, await _run.Algorithm.RunEpochAsync(context, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            epoch = EpochRecord.Of(index, _run, rollouts, result, learner.Optimizer, clock.Elapsed.TotalSeconds);
        }
        catch
        {
            await _run.Diffusion.FreeAsync(learner.PutBack).ConfigureAwait(false);
            _run.Algorithm.RestoreState(remembered);
            throw;
        }
        finally
        {
            await _run.Diffusion.FreeAsync(rollouts.Free).ConfigureAwait(false);
        }

        epoch = epoch with { StopReason = _rules.Judge(epoch) };
        _history.Add(epoch);
        _rewardSum = rollouts.RewardSum;
        _observers.OnEpoch(epoch);
        if (_folder?.IsCheckpointDue(index) == true)
        {
            await Tracing.RunAsync(DdpoActivities.Checkpoint, () => _run.Diffusion.RunAsync(SaveCheckpoint, CancellationToken.None)).ConfigureAwait(false);
        }

        return epoch;
    }

    /// <summary>On several ranks, makes sure that all have the same after an epoch, and measured the same.</summary>
    private async Task<EpochResult> AgreeAsync(int index, EpochRollouts rollouts, EpochResult result, CancellationToken cancellationToken)
    {
        if (_ranks.IsAlone)
        {
            return result;
        }

        var hash = await _run.Diffusion.RunAsync(() => TensorPieces.Hash(_learner!.Parameters.Values), cancellationToken).ConfigureAwait(false);
        var memory = JsonSerializer.Serialize(new { Algorithm = _run.Algorithm.SaveState(), rollouts.RewardSum.Moments }, RunJson.Lines);
        return await EpochAgreement.ReachAsync(_ranks, index, hash, memory, result, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the trained part on the model, new or from a checkpoint. Here and not in the constructor, for it makes tensors and reads files.</summary>
    private RunValidation Prepare()
    {
        _work.ThrowIfEnded();
        if (_validation is not null)
        {
            return _validation;
        }

        // Before anything is read there: another trainer would go on writing it.
        var held = _folder is null ? null : RunLock.Take(_folder.Root);
        try
        {
            var validation = Begin();
            _lock = held;
            return validation;
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    private RunValidation Begin()
    {
        var options = _run.Options;
        var from = _ranks.IsFirst ? ResumePoint.Find(options.Checkpoints, _logger) : null;
        if (from is not null && _run.SeedIsDrawn)
        {
            _run = _run with { Seed = from.State.Seed };
        }

        _run = SharedStart.SameSeed(_run);
        _compared = RunSettings.ToCompare(_run);
        SharedStart.RequireSameSettings(_ranks, _compared);
        if (from is not null)
        {
            SettingsComparison.RequireSame(from.Folder, from.State.Settings, _compared);
        }

        var settings = RunSettings.Of(_run);
        var validations = _folder?.Start(settings, from) ?? [];
        _scheduler ??= _run.Diffusion.CreateScheduler(options.Sampling.NumInferenceSteps, options.Sampling.Eta);
        var learner = Learner.Create(_run.Diffusion.Model, options, _run.Updates, _run.AdapterSeed, from?.Folder, parameters =>
        {
            _run.Algorithm.Prepare(parameters);
            return _run.Algorithm.Tensors.Values;
        }, _ranks);
        try
        {
            if (from is not null)
            {
                AlgorithmFile.Read(from.Folder, _run.Algorithm.Tensors);
                Log.Resumed(_logger, from.State.Epochs, from.Folder);
            }

            var begun = RankGroup.Wait(_ranks.FromFirstAsync("start", from is null ? null : new ResumedRun(from.State, from.History, learner.Optimizer.AdamW.Steps)));
            if (begun is not null)
            {
                GoOn(begun, learner);
            }

            TensorPieces.FromFirst(_ranks, learner.Tensors);
            _validation = new RunValidation(_run, _folder, learner, from, validations, _logger);
        }
        catch
        {
            learner.Dispose();
            throw;
        }

        _checkpointing = options.Training.GradientCheckpointing ? _run.Diffusion.UseGradientCheckpointing() : null;
        _learner = learner;
        _observers.OnStart(new RunStart
        {
            Name = Name,
            Directory = _folder?.Root,
            NumEpochs = NumEpochs,
            Settings = settings.ToJsonString(RunJson.Indented),
            History = [.. _history],
            Validations = [.. validations.Select(validation => validation.Round)],
        });
        return _validation;
    }

    private void GoOn(ResumedRun from, Learner learner)
    {
        _run.Algorithm.RestoreState(from.State.Algorithm);
        (learner.Optimizer.SkippedInARow, learner.Optimizer.AdamW.Steps) = (from.State.SkippedInARow, from.Steps);
        _rewardSum = new RewardSum(_run.Rewards, from.State.RewardMoments);
        _rules = new StoppingRules(_run.Options.Stopping, from.History);
        _history.Clear();
        _history.AddRange(from.History);
    }

    /// <summary>Whatever ended the training, it can go on after its last whole epoch.</summary>
    private async Task KeepWholeEpochsAsync(bool canThrow)
    {
        if (_folder is null || _learner is null || _folder.SavedEpochs >= Epochs)
        {
            return;
        }

        try
        {
            await _run.Diffusion.RunAsync(SaveCheckpoint).ConfigureAwait(false);
        }
        catch (Exception exception) when (!canThrow && exception is IOException or ObjectDisposedException)
        {
            Log.LastEpochsNotSaved(_logger, Epochs - _folder.SavedEpochs, exception);
        }
    }

    private void SaveCheckpoint()
    {
        var (learner, algorithm) = (_learner!, _run.Algorithm);
        var state = new SessionState(
            SessionState.CurrentFormat, Epochs, _run.Seed, learner.Optimizer.SkippedInARow, algorithm.SaveState(), _rewardSum.Moments, _validation!.Best,
            _compared!);
        _observers.OnCheckpoint(_folder!.Save(state, _history, folder =>
        {
            learner.SaveAll(folder);
            _validation.SaveAll(folder);
            AlgorithmFile.Write(folder, algorithm.Tensors);
        }));
    }

    /// <summary>What a run goes on with, besides tensors; from the first rank's files.</summary>
    private sealed record ResumedRun(SessionState State, IReadOnlyList<DdpoEpoch> History, long Steps);
}
